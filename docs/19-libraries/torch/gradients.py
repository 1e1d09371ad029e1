import torch
from torch import nn

from byhand.worked import churn

X, y = torch.tensor(churn.X), torch.tensor(churn.y)
W1 = torch.tensor(churn.W1, requires_grad=True)  # our layout, (n_in, n_out)
b1 = torch.tensor(churn.b1, requires_grad=True)
layer = nn.Linear(2, 1, dtype=torch.float64)  # theirs, (n_out, n_in)
with torch.no_grad():
    layer.weight.copy_(torch.tensor(churn.W2.T))
    layer.bias.copy_(torch.tensor(churn.b2))


def loss():
    return nn.BCEWithLogitsLoss()(layer(torch.relu(X @ W1 + b1)), y)


loss().backward()
print(f"dL/dW1, input 1 to neuron 1: {W1.grad[0, 0]:.5f}")
print(f"dL/dW1, input 1 to neuron 2: {W1.grad[0, 1]:.5f}")
print(f"dL/dW1, input 2 to neuron 1: {W1.grad[1, 0]:.5f}")
print(f"dL/dW2, neuron 2: {layer.weight.grad[0, 1]:.5f}")
print(f"dL/db2: {layer.bias.grad[0]:.5f}")
print("shapes:", tuple(W1.grad.shape), tuple(layer.weight.grad.shape))

first = layer.weight.grad.clone()
loss().backward()  # once more, and nothing was set to zero
print("doubled:", torch.equal(layer.weight.grad, 2 * first))
layer.zero_grad()
print("after zero_grad:", layer.weight.grad)
loss().backward()
print("as at first:", torch.equal(layer.weight.grad, first))
