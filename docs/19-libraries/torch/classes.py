import torch
from torch import nn

z = torch.tensor([[2.0, 1.0, 0.1]], dtype=torch.float64)  # one sample
label = torch.tensor([0])  # class 1 is number 0, and the dtype is int64
one_hot = torch.tensor([[1.0, 0.0, 0.0]], dtype=torch.float64)
cross_entropy = nn.CrossEntropyLoss()

print(f"logits and class number: {cross_entropy(z, label):.3f}")
print(f"logits and one-hot row:  {cross_entropy(z, one_hot):.3f}")
by_log = nn.NLLLoss()(torch.log_softmax(z, dim=1), label)
print(f"log-softmax and NLLLoss: {by_log:.3f}")

p = torch.softmax(z, dim=1)
print(f"given probabilities:     {cross_entropy(p, label):.3f}")
print(f"given a certain, right answer: {cross_entropy(one_hot, label):.3f}")

batch = torch.cat([z, z])  # (2, 3)
for dim in (1, 0):
    sums = batch.softmax(dim=dim).sum(dim=1)
    right = torch.allclose(sums, torch.ones_like(sums))
    print(f"rows sum to 1 with dim={dim}:", right)
