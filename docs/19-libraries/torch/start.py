import torch
from torch import nn

torch.manual_seed(0)
n_in, n_out = 100, 1000
layer = nn.Linear(n_in, n_out)
for name, array in layer.named_parameters():
    largest = array.abs().max().item() * n_in**0.5
    print(f"{name}: largest times root n_in is 1:", 0.99 < largest < 1.001)

he = 2 / n_in  # the variance that keeps values through ReLU
variance = layer.weight.square().mean().item()
print("a sixth of He's variance:", abs(6 * variance / he - 1) < 0.02)
nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
variance = layer.weight.square().mean().item()
print("after nn.init it is He's:", abs(variance / he - 1) < 0.02)
