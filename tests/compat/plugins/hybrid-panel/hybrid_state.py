"""What the panels of the plugin share: a module that is found by ``sys.path``."""

class State:
    def __init__(self):
        self.count = 0
        self.shade = (0.5, 0.5, 0.5)
        self.log = []
