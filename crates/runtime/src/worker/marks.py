"""What stands in an answer to another process in the place of a value."""

#: For an attribute that is a function: it is called by its name.
FUNCTION = "\0function"
#: The beginning for an attribute that is a module: its name follows.
MODULE = "\0module "
#: For an attribute that is asked for with others and cannot be had.
ABSENT = "\0absent"
#: So many attributes are asked for together at most.
MOST_READ = 4096
