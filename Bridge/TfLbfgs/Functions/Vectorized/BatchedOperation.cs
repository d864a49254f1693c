using TfLbfgs.Gradients.Rules;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions.Vectorized;

/// <summary>An op on elements as its batching rule sees it: each input is stacked [count, ...] or shared by all elements.</summary>
internal sealed class BatchedOperation
{
    private readonly VectorizedCall _call;

    public BatchedOperation(VectorizedCall call, Operation operation)
    {
        _call = call;
        Operation = operation;
        Inputs = new Tensor[operation.Inputs.Count];
        IsStacked = new bool[Inputs.Length];
        for (int i = 0; i < Inputs.Length; i++)
        {
            IsStacked[i] = operation.Inputs[i] is MappedTensor mapped && mapped.Call == call;
            Inputs[i] = IsStacked[i] ? ((MappedTensor)operation.Inputs[i]).Stacked : operation.Inputs[i];
        }
    }

    /// <summary>The op on elements, for its name and attributes.</summary>
    public Operation Operation { get; }

    /// <summary>The inputs: [count, ...] where <see cref="IsStacked"/>.</summary>
    public Tensor[] Inputs { get; }

    /// <summary>Whether each input differs from element to element.</summary>
    public bool[] IsStacked { get; }

    /// <summary>Set by a rule whose result is the same for all elements, as a shape is.</summary>
    public bool IsShared { get; set; }

    /// <summary>The number of elements; -1: not known yet.</summary>
    public long Count => _call.Count;

    /// <summary>The number of elements [1], int32.</summary>
    public Tensor CountTensor => _call.CountTensor;

    /// <summary>The rank of an element of an input; -1: not known.</summary>
    public int ElementRank(int input) => Operation.Inputs[input].Rank;

    /// <summary>The shape of an element of an input.</summary>
    public Shape ElementShape(int input) => Operation.Inputs[input].Shape;

    /// <summary>Whether only the first input differs from element to element.</summary>
    public bool IsOnlyFirstStacked => IsStacked[0] && Array.IndexOf(IsStacked, true, 1) < 0;

    /// <summary>The op of other inputs.</summary>
    public Tensor[] With(params Tensor[] inputs) => Operation.With(inputs).Execute();

    /// <summary>An input for each element [count, ...], also where all share it.</summary>
    public Tensor Stacked(int input) => IsStacked[input] ? Inputs[input] : _call.Repeat(Inputs[input]);

    /// <summary>An input for broadcasting with elements of a rank: dimensions of 1 stand between the first axis and its own.</summary>
    public Tensor Aligned(int input, int rank)
    {
        Tensor x = Inputs[input];
        if (!IsStacked[input] || ElementRank(input) >= rank)
            return x;
        int missing = rank - ElementRank(input);
        if (x.Shape.IsFullyKnown)
            return RawOps.Reshape(x, RuleOperations.Ints([x.Shape[0], .. Enumerable.Repeat(1L, missing), .. ElementShape(input)]));
        for (int i = 0; i < missing; i++)
            x = RawOps.ExpandDims(x, RuleOperations.Int32(1));
        return x;
    }

    /// <summary>An axis of an element as one of the stacked tensor; a negative one counts from the end in both.</summary>
    public static long Axis(long axis) => axis < 0 ? axis : axis + 1;

    /// <summary>Axes that an input gives, as those of the stacked tensor; null: they are not known now, or differ.</summary>
    public Tensor? Axes(int input)
    {
        if (IsStacked[input] || RuleOperations.ConstantValue(Inputs[input]) is not { } axes)
            return null;
        Tensor moved = RuleOperations.Ints(Array.ConvertAll(axes, Axis), Inputs[input].DType);
        return Inputs[input].Rank == 0 ? RawOps.Reshape(moved, RuleOperations.Ints()) : moved;
    }

    /// <summary>A vector that an input gives, with a number before it; null: it differs from element to element.</summary>
    public Tensor? Prefixed(int input, long first)
    {
        if (IsStacked[input])
            return null;
        Tensor vector = Inputs[input];
        if (RuleOperations.ConstantValue(vector) is { } known)
            return RuleOperations.Ints([first, .. known], vector.DType);
        return RawOps.ConcatV2([RuleOperations.Ints([first], vector.DType), vector], RuleOperations.Int32(0));
    }

    /// <summary>A shape that an input gives, with the number of elements before it; null: it differs from element to element.</summary>
    public Tensor? PrefixedShape(int input)
    {
        if (Count >= 0 || IsStacked[input])
            return Prefixed(input, Count);
        return RawOps.ConcatV2([RawOps.Cast(CountTensor, Inputs[input].DType), Inputs[input]], RuleOperations.Int32(0));
    }
}
