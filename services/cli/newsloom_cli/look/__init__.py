"""What a person sees on a terminal: promised objects → rich renderables. Nothing here reads or writes anything."""
