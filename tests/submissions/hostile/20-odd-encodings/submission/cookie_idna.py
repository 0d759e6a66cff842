# coding: idna
# xn--ÿþ\u12 \N{nothing} xn--a.ä.
def sigmoidGradient(z):
    return 0.25 * z
