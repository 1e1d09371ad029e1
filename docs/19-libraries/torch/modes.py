import numpy as np
import torch
from torch import nn

from byhand.remedies import BatchNorm

batch = torch.tensor([[1.0], [5.0]], dtype=torch.float64)
norm = nn.BatchNorm1d(1, dtype=torch.float64)  # momentum=0.1, eps=1e-5
trained = norm(batch)
print(f"running mean after one batch: {norm.running_mean.item():.1f}")
print(f"running variance: {norm.running_var.item():.1f}")
norm.eval()
asked = norm(batch)
print(f"the 5 in eval mode: {asked[1, 0]:.4f}")

ours = BatchNorm(1)  # momentum=0.9: the share that is kept
for training, theirs in ((True, trained), (False, asked)):
    output, _ = ours.forward(batch.numpy(), training=training)
    print("by hand:", np.allclose(output, theirs.detach()))

torch.manual_seed(0)
drop = nn.Dropout(p=0.5)
ones = torch.ones(1000)
values = drop(ones).unique().int().tolist()
print("dropout in training makes of ones:", values)
drop.eval()
print("and in eval mode:", drop(ones).unique().int().tolist())
model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(p=0.5))
print("a new model is in training mode:", model.training)
with torch.no_grad():
    print("no_grad changes that:", not model.training)
model.eval()
modes = [part.training for part in model.modules()]
print("eval reaches every part:", not any(modes))
