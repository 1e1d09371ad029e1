import torch
from torch import nn

from byhand.worked import churn

X, y = torch.tensor(churn.X), torch.tensor(churn.y)  # (5, 2), (5, 1)
hidden = nn.Linear(2, 2, dtype=torch.float64)
output = nn.Linear(2, 1, dtype=torch.float64)
with torch.no_grad():  # putting weights in is no part of a forward pass
    hidden.weight.copy_(torch.tensor(churn.W1.T))  # turned: (n_out, n_in)
    hidden.bias.copy_(torch.tensor(churn.b1))
    output.weight.copy_(torch.tensor(churn.W2.T))
    output.bias.copy_(torch.tensor(churn.b2))
model = nn.Sequential(hidden, nn.ReLU(), output)  # ends at z, the logit

z = model(X)
for number, chance in enumerate(torch.sigmoid(z)[:, 0], start=1):
    print(f"customer {number}: {chance:.3f}")
print(f"mean loss: {nn.BCEWithLogitsLoss()(z, y):.4f}")
print("shape of the output layer's weight:", tuple(output.weight.shape))

with torch.no_grad():
    hidden.weight.copy_(torch.tensor(churn.W1))  # not turned: no error
print(f"customer 1, not turned: {torch.sigmoid(model(X))[0, 0]:.3f}")
