using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>The gradient of branches: branches of which the same condition or index selects one.</summary>
internal sealed class BranchGradient
{
    private readonly BranchSet _branches;

    private BranchGradient(BranchSet branches)
    {
        _branches = branches;
    }

    /// <summary>
    /// The branches of the gradient; what they return are the gradients of <see cref="Captures"/>. Null where nothing is connected.
    /// </summary>
    public BranchSet? Branches { get; private set; }

    /// <summary>The tensors from outside that have a gradient in one of the branches; in the others it is zeros.</summary>
    public IReadOnlyList<Tensor> Captures { get; private set; } = [];

    /// <summary>Values of the branches that the gradient needs, and what stands for them.</summary>
    public List<(KeptValue Kept, Tensor StandIn)> Kept { get; } = [];

    /// <summary>For each result whose gradient arrives, what stands for that.</summary>
    public List<(int Result, Tensor StandIn)> Upstream { get; } = [];

    /// <summary>For each kept value whose gradient arrives, what stands for that.</summary>
    public List<(KeptValue Kept, Tensor StandIn)> KeptUpstream { get; } = [];

    /// <summary>Traces it.</summary>
    public static BranchGradient Create(BranchSet branches, BranchDerivative derivative, int orders)
    {
        BranchGradient gradient = new(branches);
        Shape[] shapes = branches.Shapes;
        foreach (int i in derivative.Results)
            gradient.Upstream.Add((i, TracedPart.StandIn(branches.Outer, branches.Types[i], shapes[i])));
        foreach (KeptValue kept in derivative.Kept)
            gradient.KeptUpstream.Add((kept, TracedPart.StandIn(branches.Outer, kept.Value.DType, kept.Value.Shape)));
        TracedPart[] parts = new TracedPart[branches.Parts.Count];
        Dictionary<long, Tensor>[] found = new Dictionary<long, Tensor>[parts.Length];
        for (int b = 0; b < parts.Length; b++)
        {
            Trace trace = branches.Parts[b].Trace;
            parts[b] = new TracedPart($"the gradient of {trace.Description}", trace, orders);
            found[b] = gradient.Differentiate(b, parts[b], derivative);
        }

        Tensor[] connected = [.. branches.Captures.Where(capture => Array.Exists(found, gradients => gradients.ContainsKey(capture.Id)))];
        gradient.Captures = connected;
        if (connected.Length == 0)
            return gradient;
        Tensor[][] results = new Tensor[parts.Length][];
        for (int b = 0; b < parts.Length; b++)
        {
            using DispatchFrame frame = DispatchFrame.OpenTrace(parts[b].Trace);
            results[b] = new Tensor[connected.Length];
            for (int i = 0; i < connected.Length; i++)
                results[b][i] = found[b].GetValueOrDefault(connected[i].Id)
                    ?? gradient.Zeros(b, connected[i], Array.Find(found, other => other.ContainsKey(connected[i].Id))![connected[i].Id]);
        }

        gradient.Branches = new BranchSet(branches.Outer, parts, results, gradient.Owners());
        return gradient;
    }

    /// <summary>Which branch alone a tensor from outside may be used in: the one whose value it stands for.</summary>
    private Dictionary<long, int> Owners()
    {
        Dictionary<long, int> owners = new(_branches.Owners);
        foreach ((KeptValue kept, Tensor standIn) in Kept)
            owners[standIn.Id] = kept.Branch;
        return owners;
    }

    /// <summary>Zeros for a capture that a branch does not depend on.</summary>
    /// <param name="branch">The branch.</param>
    /// <param name="capture">The tensor or variable from outside.</param>
    /// <param name="other">Its gradient in another branch.</param>
    private Tensor Zeros(int branch, Tensor capture, Tensor other)
    {
        if (!_branches.HasValue(capture, branch))
            return RawOps.FakeParam(capture.DType, capture.Shape);
        if (capture.DType != DType.Resource)
            return RawOps.ZerosLike(capture);
        return other.Shape.IsFullyKnown
            ? Tensor.Zeros(other.Shape, other.DType) : RawOps.ZerosLike(RawOps.ReadVariableOp(capture, other.DType));
    }

    private Dictionary<long, Tensor> Differentiate(int branch, TracedPart gradient, BranchDerivative derivative)
    {
        TracedPart part = _branches.Parts[branch];
        Dictionary<long, Tensor> found = [];
        gradient.Trace.Forward = part.Trace;
        gradient.Trace.Resolver = tensor => Resolve(branch, gradient, tensor);
        gradient.Run(() =>
        {
            List<Tensor> targets = [.. Upstream.Select(upstream => _branches.Results[branch][upstream.Result])];
            List<Tensor> given = [.. Upstream.Select(upstream => upstream.StandIn)];
            foreach ((KeptValue kept, Tensor standIn) in KeptUpstream.Where(kept => kept.Kept.Branch == branch))
            {
                targets.Add(kept.Value);
                given.Add(standIn);
            }

            Tensor[] captures = [.. part.Trace.Captures.Where(capture => derivative.Captures.Contains(capture.Id))];
            Tensor?[] gradients = new BackwardPass([.. part.Entries], GradientSource.Of([.. captures.Select(part.KnownAs)]))
                .Run(targets, given);
            for (int i = 0; i < captures.Length; i++)
            {
                if (gradients[i] is { } g)
                    found[captures[i].Id] = g;
            }

            return [.. found.Values];
        });
        return found;
    }

    /// <summary>What stands in the gradient of a branch for a tensor of the branch; null for one from outside both.</summary>
    private Tensor? Resolve(int branch, TracedPart gradient, Tensor tensor)
    {
        TracedPart part = _branches.Parts[branch];
        if (part.InvariantOf(tensor) is { } invariant)
            return gradient.AddInvariant(tensor, invariant);
        if (part.RepeatFor(gradient, tensor) is { } repeated)
            return repeated;
        if (!part.Made(tensor))
            return null;
        Tensor standIn = TracedPart.StandIn(_branches.Outer, tensor.DType, tensor.Shape);
        Kept.Add((new KeptValue(branch, tensor), standIn));
        return gradient.AddInvariant(tensor, standIn);
    }
}
