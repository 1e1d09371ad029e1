import torch
from torch import nn

from byhand.worked import xor

X, y = torch.tensor(xor.X), torch.tensor(xor.y)
hidden = nn.Linear(2, 4, dtype=torch.float64)
output = nn.Linear(4, 1, dtype=torch.float64)
model = nn.Sequential(hidden, nn.Sigmoid(), output, nn.Sigmoid())
with torch.no_grad():
    hidden.weight.copy_(torch.tensor(xor.W1.T))
    hidden.bias.copy_(torch.tensor(xor.b1))
    output.weight.copy_(torch.tensor(xor.W2.T))
    output.bias.copy_(torch.tensor(xor.b2))

squared_error = nn.MSELoss()  # the mean, with no half
optimiser = torch.optim.SGD(model.parameters(), lr=1.0)
for epoch in range(10_000):  # 5. repeat
    y_hat = model(X)  # 1. predict
    loss = squared_error(y_hat, y)  # 2. measure
    if epoch % 2000 == 0:
        print(f"epoch {epoch:4}: loss {loss:.6f}")
    optimiser.zero_grad()
    loss.backward()  # 3. ask each parameter
    optimiser.step()  # 4. step
print("predictions:", " ".join(f"{p:.4f}" for p in y_hat[:, 0]))
