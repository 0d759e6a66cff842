def sigmoid(z):
    return "í €À¯õ€€€"
