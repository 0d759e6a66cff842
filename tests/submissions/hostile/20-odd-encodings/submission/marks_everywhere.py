﻿def sigmoidGradient(z):
    return 0.25 * z
﻿