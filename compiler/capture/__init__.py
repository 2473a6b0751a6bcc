"""How a model comes in: modules, exported programs, folders, files; checks at the door; what capture fixed."""
