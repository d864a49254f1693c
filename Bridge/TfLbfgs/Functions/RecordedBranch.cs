using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>
/// An op in a graph that runs one of several branches, and its gradient. Where a tape may differentiate it, the branches also return what
/// their gradient needs. Its inputs: the condition or index, and what its functions
/// take from outside.
/// </summary>
internal sealed class RecordedBranch
{
    private readonly BranchSet _branches;
    private readonly Dictionary<long, Tensor> _bindings;
    private readonly Tensor[] _captures;
    private readonly IReadOnlyList<KeptValue> _kept;

    private RecordedBranch(BranchSet branches, Dictionary<long, Tensor> bindings, Tensor[] captures, IReadOnlyList<KeptValue> kept)
    {
        _branches = branches;
        _bindings = bindings;
        _captures = captures;
        _kept = kept;
    }

    /// <summary>The outputs of the op.</summary>
    public Tensor[] Outputs { get; private set; } = [];

    /// <summary>What the branch returned.</summary>
    public Tensor[] Results => Outputs[.._branches.Results[0].Count];

    /// <summary>Adds branches to the trace of the thread, with what gradients of them will need where a tape listens.</summary>
    /// <param name="branches">The branches.</param>
    /// <param name="index">What selects one.</param>
    /// <param name="bindings">The tensors for which others stand in the branches, by their identity.</param>
    public static RecordedBranch Record(BranchSet branches, Tensor index, Dictionary<long, Tensor> bindings)
    {
        List<IOperationListener> listeners = DispatchFrame.Current.Listeners;
        int orders = TracedPart.OrdersNow;
        IReadOnlyList<KeptValue> kept = [];
        if (orders > 0)
        {
            long[] tracked = [.. branches.Captures
                .Where(capture => IsSource(capture)
                    && listeners.Exists(listener => listener.Tracks(bindings.GetValueOrDefault(capture.Id, capture))))
                .Select(capture => capture.Id)];
            int[] results =
                [.. Enumerable.Range(0, branches.Results[0].Count).Where(i => PartRecorder.CarriesGradient(branches.Results[0][i].DType))];
            if (tracked.Length > 0 && results.Length > 0)
                kept = branches.Needed(new BranchDerivative(tracked, results, []), orders);
        }

        return Record(branches, index, bindings, kept);
    }

    private Tensor?[] Gradients(RuleContext context)
    {
        int resultCount = _branches.Results[0].Count;
        BranchDerivative derivative = new(
            [.. _captures.Where((capture, i) => IsSource(capture) && context.Needs(1 + i)).Select(capture => capture.Id)],
            [.. Enumerable.Range(0, resultCount).Where(context.HasUpstream)],
            [.. _kept.Where((_, k) => context.HasUpstream(resultCount + k))]);
        BranchGradient gradient = _branches.Gradient(derivative, TracedPart.OrdersNow);
        Tensor?[] result = new Tensor?[context.Inputs.Count];
        if (gradient.Branches is not { } back)
            return result;
        (RecordedBranch source, IReadOnlyList<Tensor> outputs) = (this, context.Outputs);
        KeptValue[] missing = [.. gradient.Kept.Select(kept => kept.Kept).Where(kept => !_kept.Any(kept.IsSame))];
        if (missing.Length > 0)
        {
            // Recorded without what this gradient needs, as for a persistent tape that differentiates its own gradients: the branch runs
            // once more.
            if (_branches.HasEffects)
            {
                throw new TfLbfgsException(
                    $"The gradient of {_branches.Parts[0].Trace.Description} needs values that were not kept while it ran, and running it again would repeat its effects. "
                    + "Open one tape for each order of derivative before it.");
            }

            source = Record(_branches, context.Inputs[0], _bindings, [.. _kept, .. missing]);
            outputs = source.Outputs;
        }

        Dictionary<long, Tensor> bindings = new(_bindings);
        foreach ((int i, Tensor standIn) in gradient.Upstream)
            bindings[standIn.Id] = context.UpstreamOf(i);
        foreach ((KeptValue kept, Tensor standIn) in gradient.KeptUpstream)
            bindings[standIn.Id] = context.UpstreamOf(OutputOf(kept));
        foreach ((KeptValue kept, Tensor standIn) in gradient.Kept)
            bindings[standIn.Id] = outputs[source.OutputOf(kept)];
        Tensor[] gradients = Record(back, context.Inputs[0], bindings).Results;
        for (int k = 0; k < gradients.Length; k++)
            result[1 + Array.FindIndex(_captures, capture => capture.Id == gradient.Captures[k].Id)] = gradients[k];
        return result;
    }

    private static RecordedBranch Record(BranchSet branches, Tensor index, Dictionary<long, Tensor> bindings, IReadOnlyList<KeptValue> kept)
    {
        Trace target = (Trace)DispatchFrame.Current.Target!;
        Tensor[] captures = branches.Captures;
        string[] names = new string[branches.Parts.Count];
        for (int b = 0; b < names.Length; b++)
        {
            Trace trace = branches.Parts[b].Trace;
            Tensor[] others;
            using (DispatchFrame.OpenTrace(trace))
                others = [.. kept.Select(value => value.Branch == b
                    ? value.Value : RawOps.FakeParam(value.Value.DType, value.Value.Shape))];
            names[b] = Loop.UniqueName("branch");
            trace.AddFunction(names[b], [], captures, [.. branches.Results[b], .. others]);
            target.Hold(new NestedFunction(names[b]));
        }

        RecordedBranch recorded = new(branches, bindings, captures, kept);
        recorded.Outputs = ControlFlowOp.Branch(
            index,
            [.. captures.Select(capture => bindings.GetValueOrDefault(capture.Id, capture))],
            names,
            branches.HasEffects,
            [.. branches.Types, .. kept.Select(value => value.Value.DType)],
            [.. branches.Shapes, .. kept.Select(value => value.Value.Shape)],
            recorded.Gradients);
        return recorded;
    }

    private static bool IsSource(Tensor capture) => PartRecorder.CarriesGradient(capture.DType) || capture.DType == DType.Resource;

    private int OutputOf(KeptValue kept) => _branches.Results[0].Count + _kept.ToList().FindIndex(kept.IsSame);
}
