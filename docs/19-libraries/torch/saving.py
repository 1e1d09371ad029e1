import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import nn

from byhand.layers import Dense
from byhand.mlp import MLP


def build():
    parts = nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)
    return nn.Sequential(*parts).double()


model = build()  # random initial weights
for name, array in model.state_dict().items():
    print(f"{name:8} {tuple(array.shape)}")

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "network.pt")
    torch.save(model.state_dict(), path)
    state = torch.load(path, weights_only=True)

again = build()  # the file holds arrays, so the code must build the network
again.load_state_dict(state)
X = torch.tensor([[1.0, 2.0, 3.0]], dtype=torch.float64)
print("saved and loaded, bit for bit:", torch.equal(model(X), again(X)))

arrays = {name: array.numpy() for name, array in state.items()}
ours = MLP(
    [
        Dense(arrays["0.weight"].T, arrays["0.bias"], "relu"),
        Dense(arrays["2.weight"].T, arrays["2.bias"], "identity"),
    ]
)
same = np.allclose(ours.predict(X.numpy()), model(X).detach().numpy())
print("the same network by hand:", same)
