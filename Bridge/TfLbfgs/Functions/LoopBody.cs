using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>
/// The body of a loop: from the state to the next one. In addition, it takes values from lists and writes values to lists, all at the index
/// of its step. The gradient of a loop is a loop of this form that goes through the
/// steps in the other direction, and so is the gradient of that.
/// </summary>
internal sealed class LoopBody
{
    private readonly Dictionary<string, LoopGradient> _gradients = [];
    private SymbolicTensor? _counter;
    private Tensor? _time;

    /// <param name="part">Its ops.</param>
    /// <param name="count">How often it runs.</param>
    /// <param name="isReversed">Whether step 0 has the last index of the lists.</param>
    public LoopBody(TracedPart part, LoopCount count, bool isReversed)
    {
        Part = part;
        Count = count;
        IsReversed = isReversed;
    }

    /// <summary>Its ops.</summary>
    public TracedPart Part { get; }

    /// <summary>How often it runs.</summary>
    public LoopCount Count { get; }

    /// <summary>Whether step 0 has the last index of the lists.</summary>
    public bool IsReversed { get; }

    /// <summary>The state before a step.</summary>
    public List<Tensor> State { get; } = [];

    /// <summary>The state after it.</summary>
    public IReadOnlyList<Tensor> Next => Part.Results;

    /// <summary>What it takes from lists, each list once.</summary>
    public List<LoopRead> Reads { get; } = [];

    /// <summary>What it writes to lists.</summary>
    public List<Tensor> Writes { get; } = [];

    /// <summary>Whether its ops use the number of the step.</summary>
    public bool UsesCounter => _counter is not null;

    /// <summary>The number of steps made before.</summary>
    public Tensor Counter => _counter ??= Part.Trace.AddInput(DType.Int32, Shape.Scalar);

    /// <summary>The index in the lists. Used first within the part.</summary>
    public Tensor Time => _time ??= IsReversed ? RawOps.Sub(RawOps.Sub(Count.Total, Tensor.Scalar(1)), Counter) : Counter;

    /// <summary>Adds a state.</summary>
    public Tensor AddState(DType dtype, Shape shape)
    {
        Tensor state = Part.Trace.AddInput(dtype, shape);
        State.Add(state);
        return state;
    }

    /// <summary>Takes a value from a list. Called within the part.</summary>
    /// <param name="list">The list, from outside.</param>
    /// <param name="dtype">The dtype of its elements.</param>
    /// <param name="shape">The shape of its elements.</param>
    /// <param name="value">What the ops of this body know it as; null: the result.</param>
    public Tensor Read(Tensor list, DType dtype, Shape shape, Tensor? value = null)
    {
        Tensor item = RawOps.TensorListGetItem(list, Time, TensorLists.ElementShape(shape), dtype);
        item.RefineShape(shape);
        Reads.Add(new LoopRead(value ?? item, item, list));
        return item;
    }

    /// <summary>The loop that goes back, made once for each derivative.</summary>
    /// <param name="derivative">Which derivative.</param>
    /// <param name="orders">How many derivatives may be taken of it.</param>
    public LoopGradient Gradient(LoopDerivative derivative, int orders)
    {
        if (!_gradients.TryGetValue(derivative.Key, out LoopGradient? gradient))
            _gradients[derivative.Key] = gradient = LoopGradient.Create(this, derivative, orders);
        return gradient;
    }

    /// <summary>The values of each step that gradients to an order need: the loop keeps them in lists, so that it runs once.</summary>
    /// <param name="derivative">With respect to all that a tape tracks.</param>
    /// <param name="orders">The order.</param>
    /// <returns>Tensors of this body; none when it cannot be differentiated, which is reported where a gradient is taken.</returns>
    public IReadOnlyList<Tensor> Needed(LoopDerivative derivative, int orders)
    {
        List<Tensor> needed = [];
        try
        {
            for (int order = 1; order <= orders; order++)
            {
                Tensor[] written =
                    [.. derivative.Written.Concat(needed.Where(t => PartRecorder.CarriesGradient(t.DType))).DistinctBy(value => value.Id)];
                int before = needed.Count;
                needed.AddRange(Gradient(derivative with { Written = written }, orders - order).Kept.Select(kept => kept.Value)
                    .Where(value => !needed.Exists(known => known.Id == value.Id)));
                if (needed.Count == before)
                    break;
            }
        }
        catch (TfLbfgsException)
        {
            return [];
        }

        return needed;
    }
}
