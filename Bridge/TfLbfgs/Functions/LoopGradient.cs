using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>
/// The gradient of a loop: a loop that goes back through its steps, from the gradient of the last state to that of the first, and adds up
/// the gradients of what each step took from outside. It refers to tensors that exist
/// only where it is recorded, such as the lists of kept values, by tensors that stand for them.
/// </summary>
internal sealed class LoopGradient
{
    private readonly LoopBody _loop;
    private readonly Dictionary<int, Tensor> _firstStates = [];

    private LoopGradient(LoopBody loop, LoopBody body)
    {
        _loop = loop;
        Body = body;
    }

    /// <summary>
    /// The loop that goes back. Its state: the gradients of <see cref="States"/>, then those of <see cref="Captures"/>; its writes: those
    /// of <see cref="Lists"/>, and what <see cref="Products"/> are made of.
    /// </summary>
    public LoopBody Body { get; }

    /// <summary>Whether that goes on.</summary>
    public TracedPart Condition { get; private set; } = null!;

    /// <summary>The states that are differentiated.</summary>
    public IReadOnlyList<int> States { get; private set; } = [];

    /// <summary>The tensors from outside that have a gradient.</summary>
    public IReadOnlyList<Tensor> Captures { get; private set; } = [];

    /// <summary>Those whose gradient is no state of the loop, but made of lists after it.</summary>
    public IReadOnlyList<StepProduct> Products { get; private set; } = [];

    /// <summary>The lists that have a gradient, and what the loop writes as that.</summary>
    public IReadOnlyList<(Tensor List, Tensor Gradient)> Lists { get; private set; } = [];

    /// <summary>Stands for the number of steps that were made.</summary>
    public Tensor Counted { get; private set; } = null!;

    /// <summary>Values of each step of the loop, and what stands for their lists.</summary>
    public List<(Tensor Value, Tensor List)> Kept { get; } = [];

    /// <summary>Values that the loop wrote, and what stands for the list of their gradients.</summary>
    public List<(Tensor Value, Tensor List)> Written { get; } = [];

    /// <summary>States that no step changes, and what stands for their first value.</summary>
    public IReadOnlyDictionary<int, Tensor> FirstStates => _firstStates;

    /// <summary>Traces it.</summary>
    public static LoopGradient Create(LoopBody loop, LoopDerivative derivative, int orders)
    {
        Trace trace = loop.Part.Trace;
        Tensor counted = loop.Part.StandIn(DType.Int32, Shape.Scalar);
        TracedPart part = new($"the gradient of {trace.Description}", trace, orders);
        LoopGradient gradient = new(loop, new LoopBody(part, loop.Count.Backward(counted), !loop.IsReversed)) { Counted = counted };
        part.Trace.Resolver = gradient.Resolve;
        part.Trace.Forward = trace;
        part.Run(() => gradient.Differentiate(derivative));
        gradient.Condition = Loop.Condition(gradient.Body, trace, null);
        return gradient;
    }

    /// <summary>The states whose gradient is of use, or is needed for that of another.</summary>
    private int[] Active(LoopDerivative derivative)
    {
        HashSet<long> reachable =
            [.. _loop.Part.Trace.Captures.Where(capture => derivative.Captures.Contains(capture.Id))
            .Select(capture => _loop.Part.KnownAs(capture).Id),
            .. _loop.Reads.Where(read => derivative.Lists.Contains(read.List.Id)).Select(read => read.Value.Id)];
        bool[] active = [.. _loop.State.Select((state, i) => derivative.States[i] && PartRecorder.CarriesGradient(state.DType))];
        for (bool grows = true; grows;)
        {
            grows = false;
            for (int i = 0; i < active.Length; i++)
            {
                if (active[i])
                    reachable.Add(_loop.State[i].Id);
            }

            foreach (TapeEntry entry in _loop.Part.Entries)
            {
                if (!Array.Exists(entry.Inputs, input => reachable.Contains(input.Id)))
                    continue;
                foreach (Tensor output in entry.Outputs)
                    reachable.Add(output.Id);
            }

            for (int i = 0; i < active.Length; i++)
            {
                if (active[i] || !PartRecorder.CarriesGradient(_loop.State[i].DType) || !reachable.Contains(_loop.Next[i].Id))
                    continue;
                active[i] = true;
                grows = true;
            }
        }

        return [.. Enumerable.Range(0, active.Length).Where(i => active[i])];
    }

    private List<Tensor> Differentiate(LoopDerivative derivative)
    {
        int[] states = Active(derivative);
        List<Tensor> upstream = [.. states.Select(i => Body.AddState(_loop.State[i].DType, _loop.State[i].Shape))];
        Body.Part.Trace.SameForm = list =>
            Array.FindIndex(states, i => _loop.State[i].Id == list.Id) is var k and >= 0 ? upstream[k] : null;
        List<Tensor> targets = [.. states.Select(i => _loop.Next[i])];
        foreach (Tensor value in derivative.Written)
        {
            Tensor list = _loop.Part.StandIn(DType.Variant, Shape.Scalar);
            Written.Add((value, list));
            targets.Add(value);
            upstream.Add(Body.Read(list, value.DType, value.Shape));
        }

        Tensor[] captures = [.. _loop.Part.Trace.Captures.Where(capture => derivative.Captures.Contains(capture.Id))];
        LoopRead[] reads = [.. _loop.Reads.Where(read => derivative.Lists.Contains(read.List.Id))];
        Tensor[] sources =
            [.. states.Select(i => _loop.State[i]), .. captures.Select(_loop.Part.KnownAs), .. reads.Select(read => read.Value)];
        Tensor?[] gradients = new BackwardPass([.. _loop.Part.Entries], GradientSource.Of(sources)).Run(targets, upstream);

        List<Tensor> next = [.. states.Select((_, k) => gradients[k] ?? RawOps.ZerosLike(upstream[k]))];
        List<Tensor> connected = [];
        List<StepProduct> products = [];
        for (int k = 0; k < captures.Length; k++)
        {
            if (gradients[states.Length + k] is not { } g)
                continue;
            if (ProductOf(captures[k], g) is { } product)
            {
                products.Add(product);
                continue;
            }

            connected.Add(captures[k]);
            Tensor sum = Body.AddState(g.DType, captures[k].DType == DType.Resource ? g.Shape : captures[k].Shape);
            next.Add(g.DType == DType.Variant ? RawOps.AddN([sum, g]) : RawOps.AddV2(sum, g));
        }

        List<(Tensor List, Tensor Gradient)> lists = [];
        for (int k = 0; k < reads.Length; k++)
        {
            if (gradients[states.Length + captures.Length + k] is not { } g)
                continue;
            lists.Add((reads[k].List, g));
            Write(g);
        }

        (States, Captures, Products, Lists) = (states, connected, products, lists);
        return next;
    }

    private void Write(Tensor value)
    {
        if (!Body.Writes.Exists(known => known.Id == value.Id))
            Body.Writes.Add(value);
        Body.Part.Trace.Capture(value);
    }

    /// <summary>
    /// The gradient of a tensor from outside as a product after the loop, which saves the small products and sums of each step: a fifth of
    /// the time that an LSTM's gradient takes. Null where it is none, where the number of steps is not known, and where XLA compiles, for
    /// which one large product takes longer.
    /// </summary>
    private StepProduct? ProductOf(Tensor capture, Tensor gradient)
    {
        if (Body.Count.Exact is null || Body.Part.Trace.IsCompiled || Body.Part.MakerOf(gradient) is not { Name: OpNames.MatMul } product
            || !product.GetAttribute(OpAttributes.MatMul.TransposeA) || product.GetAttribute(OpAttributes.MatMul.TransposeB)
            || ValuesOf(product.Inputs[0]) is not { } left || ValuesOf(product.Inputs[1]) is not { } right)
        {
            return null;
        }

        foreach (StepValues values in (StepValues[])[left, right])
        {
            if (values.List is null)
                Write(values.Value);
        }

        return new StepProduct(capture, left, right);
    }

    /// <summary>A matrix with a known number of columns that differs from step to step; null: it is another tensor.</summary>
    private StepValues? ValuesOf(Tensor value)
    {
        if (!value.Shape.HasRank || value.Rank != 2 || value.Shape[1] < 0)
            return null;
        if (Body.Reads.Find(read => read.Value.Id == value.Id) is { } read)
            return new StepValues(value, read.List);
        return Body.Part.Made(value) ? new StepValues(value, null) : null;
    }

    /// <summary>What stands in this loop for a tensor of the loop that it is the gradient of; null for one from outside both.</summary>
    private Tensor? Resolve(Tensor tensor)
    {
        if (_loop.Reads.Find(read => read.Value.Id == tensor.Id || read.Item.Id == tensor.Id) is { } read)
            return Body.Read(read.List, read.Item.DType, read.Item.Shape, tensor);
        if (_loop.Part.InvariantOf(tensor) is { } invariant)
            return Body.Part.AddInvariant(tensor, invariant);
        if (_loop.Part.RepeatFor(Body.Part, tensor) is { } repeated)
            return repeated;
        if (!_loop.Part.Made(tensor))
            return null;
        int state = _loop.State.FindIndex(known => known.Id == tensor.Id);
        if (state >= 0 && _loop.Next[state].Id == tensor.Id)
            return Body.Part.AddInvariant(tensor, _firstStates[state] = _loop.Part.StandIn(tensor.DType, tensor.Shape));
        Tensor list = _loop.Part.StandIn(DType.Variant, Shape.Scalar);
        Kept.Add((tensor, list));
        return Body.Read(list, tensor.DType, tensor.Shape, tensor);
    }
}
