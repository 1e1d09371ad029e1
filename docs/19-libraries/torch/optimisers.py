import torch
from torch import optim

from byhand.worked.quadratic import CURVATURES, START

curvatures = torch.tensor(CURVATURES)


def walk(kind, **settings):
    place = torch.tensor(START, requires_grad=True)
    optimiser = kind([place], lr=0.1, **settings)
    for _ in range(20):
        optimiser.zero_grad()
        (curvatures * place**2).sum().backward()
        optimiser.step()
    return (curvatures * place**2).sum().item()


print(f"gradient descent: {walk(optim.SGD):.6f}")
print(f"momentum:         {walk(optim.SGD, momentum=0.9):.6f}")
print(f"Adam:             {walk(optim.Adam):.6f}")

# momentum on a slope of 1; after two steps the learning rate falls
w = torch.zeros(1, dtype=torch.float64, requires_grad=True)
optimiser = optim.SGD([w], lr=0.1, momentum=0.9)
for step in (1, 2, 3):
    before = w.item()
    if step == 3:
        optimiser.param_groups[0]["lr"] = 0.01
    w.grad = torch.ones_like(w)
    optimiser.step()
    print(f"step {step}: {before - w.item():.4f}")

# weight decay on a single weight of 1 whose loss has no slope
for kind in (optim.SGD, optim.Adam, optim.AdamW):
    w = torch.ones(1, dtype=torch.float64, requires_grad=True)
    optimiser = kind([w], lr=0.1, weight_decay=0.01)
    w.grad = torch.zeros_like(w)
    optimiser.step()
    print(f"{kind.__name__:5} with weight decay: {w.item():.4f}")
unasked = optim.AdamW([w]).defaults["weight_decay"] > 0
print("AdamW decays unless you say otherwise:", unasked)
