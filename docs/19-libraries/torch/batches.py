import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from byhand import MLP, data, init
from byhand.losses import categorical_cross_entropy
from byhand.optim import GradientDescent
from byhand.train import Training

images, labels = data.digits()
X = images / 16
sizes, names = (64, 32, 10), ("relu", "softmax")
start = MLP.from_sizes(sizes, names, np.random.default_rng(0), init.he)


def learn(dtype, epochs=3):
    linear = [nn.Linear(64, 32).to(dtype), nn.Linear(32, 10).to(dtype)]
    with torch.no_grad():
        for theirs, ours in zip(linear, start.layers):
            theirs.weight.copy_(torch.tensor(ours.W.T))
            theirs.bias.copy_(torch.tensor(ours.b))
    model = nn.Sequential(linear[0], nn.ReLU(), linear[1])
    inputs = torch.tensor(X, dtype=dtype)
    rows = TensorDataset(inputs, torch.tensor(labels), torch.arange(len(X)))
    rng = torch.Generator().manual_seed(0)
    loader = DataLoader(rows, batch_size=32, shuffle=True, generator=rng)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    losses, orders, lengths = [], [], []
    for _ in range(epochs):
        total, order = 0.0, []
        for x, label, number in loader:
            loss = nn.functional.cross_entropy(model(x), label)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += loss.item() * len(x)  # item: a number, no graph
            order += number.tolist()
            lengths.append(len(x))
        losses.append(total / len(X))
        orders.append(order)
    return losses, orders, lengths, model(inputs).argmax(dim=1).numpy()


losses, orders, lengths, answers = learn(torch.float64)
print("batches in an epoch:", len(lengths) // 3)
print("samples in the last of them:", lengths[-1])
print("a new order in each epoch:", orders[0] != orders[1])

by_hand = Training(start, categorical_cross_entropy, GradientDescent(0.1))
Y = data.one_hot(labels, 10)
by_hand.run(X, Y, epochs=3, batch_size=32, orders=orders)
print("the losses by hand:", np.allclose(losses, by_hand.history.loss))
ours = by_hand.network.predict(X).argmax(axis=1)
print("the answers by hand:", (ours == answers).all())

single = learn(torch.float32)
print("float32 sees the samples in the same order:", single[1] == orders)
near = np.allclose(losses, single[0], rtol=0, atol=1e-3)
print("and its losses agree to a thousandth:", near)
print("and 99 in 100 answers:", (single[3] == answers).mean() >= 0.99)
