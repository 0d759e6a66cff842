def f():    pass

def g():    pass…â€¨pass