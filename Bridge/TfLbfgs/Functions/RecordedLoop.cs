using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>
/// A loop op in a graph, and its gradient. Where a tape may differentiate it, it also returns the number of its steps and lists of the
/// values of each step that the gradient needs. Its inputs: the counter where it has
/// one, the state, the lists that it fills, and what its functions take from outside.
/// </summary>
internal sealed class RecordedLoop
{
    private readonly LoopBody _body;
    private readonly TracedPart _condition;
    private readonly Dictionary<long, Tensor> _bindings;
    private readonly Tensor[] _captures;
    private readonly Tensor[] _writes;
    private readonly int _firstState;

    private RecordedLoop(LoopBody body, TracedPart condition, Dictionary<long, Tensor> bindings, Tensor[] captures, Tensor[] writes,
        bool hasCounter)
    {
        _body = body;
        _condition = condition;
        _bindings = bindings;
        _captures = captures;
        _writes = writes;
        _firstState = hasCounter ? 1 : 0;
    }

    /// <summary>The outputs of the op.</summary>
    public Tensor[] Outputs { get; private set; } = [];

    /// <summary>The state after the last step.</summary>
    public Tensor[] State => Outputs.AsSpan(_firstState, _body.State.Count).ToArray();

    /// <summary>The lists that the loop filled.</summary>
    public Tensor[] Lists => Outputs.AsSpan(FirstList, _writes.Length).ToArray();

    private int FirstList => _firstState + _body.State.Count;

    private int FirstCapture => FirstList + _writes.Length;

    private bool HasEffects => _condition.Trace.HasEffects || _body.Part.Trace.HasEffects;

    /// <summary>Adds a loop to the trace of the thread, with what gradients of it will need where a tape listens.</summary>
    /// <param name="body">Its body.</param>
    /// <param name="condition">Its condition.</param>
    /// <param name="state">The state before.</param>
    /// <param name="bindings">The tensors for which others stand in the body, by their identity.</param>
    public static RecordedLoop Record(LoopBody body, TracedPart condition, IReadOnlyList<Tensor> state, Dictionary<long, Tensor> bindings)
    {
        List<IOperationListener> listeners = DispatchFrame.Current.Listeners;
        int orders = TracedPart.OrdersNow;
        IReadOnlyList<Tensor> kept = [];
        if (orders > 0)
        {
            bool Tracked(Tensor tensor) => listeners.Exists(listener => listener.Tracks(bindings.GetValueOrDefault(tensor.Id, tensor)));
            HashSet<long> lists = [.. body.Reads.Select(read => read.List.Id)];
            LoopDerivative derivative = new(
                [.. state.Select(Tracked)],
                [.. body.Part.Trace.Captures.Where(capture => IsSource(capture) && !lists.Contains(capture.Id) && Tracked(capture))
                    .Select(capture => capture.Id)],
                [.. body.Reads.Where(read => Tracked(read.List)).Select(read => read.List.Id)],
                [.. body.Writes.Where(value => PartRecorder.CarriesGradient(value.DType))]);
            if (derivative.States.Any(isTracked => isTracked) || derivative.Captures.Length > 0 || derivative.Lists.Length > 0)
                kept = body.Needed(derivative, orders);
        }

        return Record(body, condition, state, bindings, kept, orders > 0);
    }

    private Tensor?[] Gradients(RuleContext context)
    {
        LoopGradient gradient = _body.Gradient(DerivativeOf(context), TracedPart.OrdersNow);
        Tensor[] first = [.. Enumerable.Range(_firstState, _body.State.Count).Select(i => context.Inputs[i])];
        (RecordedLoop loop, IReadOnlyList<Tensor> outputs) = (this, context.Outputs);
        Tensor[] missing =
            [.. gradient.Kept.Select(kept => kept.Value).Where(value => !Array.Exists(_writes, known => known.Id == value.Id))];
        if (missing.Length > 0 || _firstState == 0)
        {
            // The loop was recorded without what this gradient needs, as for a persistent tape that differentiates its own gradients: it
            // runs once more.
            if (HasEffects)
            {
                throw new TfLbfgsException(
                    $"The gradient of {_body.Part.Trace.Description} needs values that were not kept while it ran, and running it again would repeat its effects. "
                    + "Open one tape for each order of derivative before the loop.");
            }

            loop = Record(_body, _condition, first, _bindings, [.. _writes.Where(value => !_body.Writes.Contains(value)), .. missing],
                keepsCount: true);
            outputs = loop.Outputs;
        }

        Dictionary<long, Tensor> bindings = new(_bindings) { [gradient.Counted.Id] = outputs[0] };
        foreach ((Tensor value, Tensor list) in gradient.Kept)
            bindings[list.Id] = outputs[loop.ListOf(value)];
        foreach ((Tensor value, Tensor list) in gradient.Written)
            bindings[list.Id] = context.UpstreamOf(ListOf(value));
        foreach ((int state, Tensor value) in gradient.FirstStates)
            bindings[value.Id] = first[state];
        List<Tensor> start = [.. gradient.States.Select(i => context.UpstreamOf(_firstState + i))];
        for (int k = start.Count; k < gradient.Body.State.Count; k++)
            start.Add(Zeros(context.Inputs[PositionOf(gradient.Captures[k - gradient.States.Count])], gradient.Body.State[k]));
        return Distribute(context, gradient, Record(gradient.Body, gradient.Condition, start, bindings));
    }

    private static RecordedLoop Record(
        LoopBody body, TracedPart condition, IReadOnlyList<Tensor> state, Dictionary<long, Tensor> bindings, IReadOnlyList<Tensor> kept,
            bool keepsCount)
    {
        Trace target = (Trace)DispatchFrame.Current.Target!;
        Tensor[] writes = [.. body.Writes.Concat(kept).DistinctBy(value => value.Id)];
        bool hasCounter = keepsCount || writes.Length > 0 || body.UsesCounter
            || body.Count is not { Exact: null, Maximum: null, Limit: null };
        Tensor[] captures = [.. condition.Trace.Captures.Concat(body.Part.Trace.Captures).DistinctBy(tensor => tensor.Id)];
        string step = AddBody(body, writes, captures, hasCounter);
        target.Hold(new NestedFunction(step));
        string test = AddCondition(condition, body, writes.Length, captures, hasCounter);
        target.Hold(new NestedFunction(test));

        Tensor[] lists =
            [.. writes.Select(value => TensorLists.Create(value.DType, value.Shape, Bound(body.Count, bindings), target.IsCompiled))];
        Tensor[] counter = hasCounter ? [Tensor.Scalar(0)] : [];
        Tensor[] inputs = [.. counter, .. state, .. lists, .. captures.Select(capture => bindings.GetValueOrDefault(capture.Id, capture))];
        Shape[] shapes =
            [.. counter.Select(_ => Shape.Scalar), .. body.State.Select(tensor => tensor.Shape), .. lists.Select(_ => Shape.Scalar)];
        RecordedLoop loop = new(body, condition, bindings, captures, writes, hasCounter);
        loop.Outputs = ControlFlowOp.While(inputs, test, step, loop.HasEffects, shapes, loop.Gradients);
        return loop;
    }

    /// <summary>The function of the body: counter, state, lists and captures to those after one step.</summary>
    private static string AddBody(LoopBody body, Tensor[] writes, Tensor[] captures, bool hasCounter)
    {
        Trace trace = body.Part.Trace;
        Tensor[] lists = [.. writes.Select(_ => trace.AddInput(DType.Variant, Shape.Scalar))];
        List<Tensor> results = [];
        using (DispatchFrame.OpenTrace(trace))
        {
            if (hasCounter)
                results.Add(RawOps.AddV2(body.Counter, Tensor.Scalar(1)));
            results.AddRange(body.Next);
            for (int i = 0; i < writes.Length; i++)
                results.Add(TensorLists.Write(lists[i], body.Time, writes[i], body.Count));
        }

        string name = Loop.UniqueName("while_body");
        trace.AddFunction(name, [.. hasCounter ? [body.Counter] : Array.Empty<Tensor>(), .. body.State, .. lists], captures,
            [.. results, .. captures]);
        return name;
    }

    private static string AddCondition(TracedPart condition, LoopBody body, int listCount, Tensor[] captures, bool hasCounter)
    {
        // Its own inputs are the counter and the state; what it does not use, it still takes.
        IReadOnlyList<SymbolicTensor> inputs = condition.Trace.Arguments(body.State.Count + 1);
        Tensor[] lists = [.. Enumerable.Range(0, listCount).Select(_ => condition.Trace.AddInput(DType.Variant, Shape.Scalar))];
        string name = Loop.UniqueName("while_condition");
        condition.Trace.AddFunction(name, [.. inputs.Skip(hasCounter ? 0 : 1), .. lists], captures, condition.Results);
        return name;
    }

    private static LoopCount Bound(LoopCount count, Dictionary<long, Tensor> bindings) =>
        count.Limit is { } limit ? count with { Limit = bindings.GetValueOrDefault(limit.Id, limit) } : count;

    /// <summary>Zeros for the sum of the gradients of a tensor from outside.</summary>
    private static Tensor Zeros(Tensor capture, Tensor sum)
    {
        if (capture.DType != DType.Resource)
            return RawOps.ZerosLike(capture);
        return sum.Shape.IsFullyKnown ? Tensor.Zeros(sum.Shape, sum.DType) : RawOps.ZerosLike(RawOps.ReadVariableOp(capture, sum.DType));
    }

    private static bool IsSource(Tensor capture) => PartRecorder.CarriesGradient(capture.DType) || capture.DType == DType.Resource;

    private LoopDerivative DerivativeOf(RuleContext context)
    {
        HashSet<long> lists = [.. _body.Reads.Select(read => read.List.Id)];
        IEnumerable<Tensor> needed = _captures.Where((_, i) => context.Needs(FirstCapture + i));
        return new LoopDerivative(
            [.. _body.State.Select((_, i) => context.Needs(_firstState + i))],
            [.. needed.Where(capture => IsSource(capture) && !lists.Contains(capture.Id)).Select(capture => capture.Id)],
            [.. needed.Where(capture => lists.Contains(capture.Id)).Select(capture => capture.Id)],
            [.. _writes.Where((_, i) => context.HasUpstream(FirstList + i))]);
    }

    private Tensor?[] Distribute(RuleContext context, LoopGradient gradient, RecordedLoop back)
    {
        Tensor?[] result = new Tensor?[context.Inputs.Count];
        Tensor[] state = back.State;
        for (int k = 0; k < gradient.States.Count; k++)
            result[_firstState + gradient.States[k]] = state[k];
        for (int k = 0; k < gradient.Captures.Count; k++)
            result[PositionOf(gradient.Captures[k])] = state[gradient.States.Count + k];
        Tensor After(Tensor written) => back.Outputs[back.ListOf(written)];
        foreach ((Tensor list, Tensor written) in gradient.Lists)
            result[PositionOf(list)] = After(written);
        foreach (StepProduct product in gradient.Products)
        {
            result[PositionOf(product.Capture)] = product.Sum(
                gradient.Body.Count.Exact!.Value,
                values => values.List is { } list ? back._bindings.GetValueOrDefault(list.Id, list) : After(values.Value));
        }

        return result;
    }

    private int ListOf(Tensor value) => FirstList + Array.FindIndex(_writes, known => known.Id == value.Id);

    private int PositionOf(Tensor capture) => FirstCapture + Array.FindIndex(_captures, known => known.Id == capture.Id);
}
