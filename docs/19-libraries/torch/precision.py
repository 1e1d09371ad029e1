import torch
from torch import nn

from byhand.worked.session_one import W1, W2, X, b1, b2


def outputs(dtype):
    arrays = (X, W1, b1, W2, b2)
    x, w1, c1, w2, c2 = (torch.tensor(a, dtype=dtype) for a in arrays)
    return torch.sigmoid(torch.relu(x @ w1 + c1) @ w2 + c2)  # (3, 2)


double, single = outputs(torch.float64), outputs(torch.float32)
for row in double.tolist():
    print("float64:", " ".join(f"{value:.8f}" for value in row))
pairs = zip(double.flatten().tolist(), single.flatten().tolist())
same = all(f"{d:.8f}" == f"{s:.8f}" for d, s in pairs)
print("float32 prints the same eight decimals:", same)
apart = (double - single).abs().max().item()
print("and differs by less than a millionth:", apart < 1e-6)

print("PyTorch's default:", torch.get_default_dtype())
print(f"one tenth, by default: {torch.tensor(0.1).item():.12f}")
both = torch.ones(1) + torch.ones(1, dtype=torch.float64)
print("single and double, entry by entry:", both.dtype)
try:
    nn.Linear(3, 4)(torch.tensor(X))  # single weights, double inputs
except RuntimeError as error:
    print("mixed:", error)
