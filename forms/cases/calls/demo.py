def build(stage):
    pass
