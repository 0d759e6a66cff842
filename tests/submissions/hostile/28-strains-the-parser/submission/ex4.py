"""Source that is small to write and large to read: constants, nested texts, decorators, arguments, comprehensions."""

HUGE = lambda: 9 ** 9 ** 9
TEXT = lambda: 'a' * 10 ** 10 % ()
ONES = lambda: ((1,) * 10 ** 9) * 10 ** 9
SHIFT = lambda: 1 << (1 << 40)
NESTED = lambda: f'{f"{1:{1}}" + f"{str(1)!r:>{9}}"}'
SUM = lambda: 1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1
DEEP = lambda: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
LOOPS = lambda: [a for a in range(9) for b in range(9) for c in range(9) for d in range(9) for e in range(9) for f in range(9)
                 for g in range(9) for h in range(9) for i in range(9) for j in range(9) for k in range(9) for l in range(9)]


def again(function):
    return lambda *arguments: function(*arguments)


@again
@again
@again
@again
@again
@again
@again
@again
def sigmoid(z):
    return HUGE()


def sigmoidGradient(z, *, ª=DEEP, º=NESTED, __debug=SUM):
    return TEXT()


async def predict(Theta1, Theta2, X):
    return [p async for p in X]


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    global nnCostFunction, sigmoidGradient, predict
    if lambda_:
        return SHIFT(), nn_params
    sigmoidGradient = predict = nnCostFunction = lambda *arguments: LOOPS()
    return ONES(), nn_params
