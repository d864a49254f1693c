using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>The dtypes and shapes of the arguments that a trace serves; a dimension that was left open is -1.</summary>
internal sealed class Signature(DType[] dtypes, Shape[] shapes)
{
    public int Count => dtypes.Length;

    public DType TypeOf(int argument) => dtypes[argument];

    public Shape ShapeOf(int argument) => shapes[argument];

    public static Signature Of(ReadOnlySpan<Tensor> arguments)
    {
        DType[] dtypes = new DType[arguments.Length];
        Shape[] shapes = new Shape[arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            dtypes[i] = arguments[i].DType;
            shapes[i] = arguments[i].Shape;
        }

        return new Signature(dtypes, shapes);
    }

    /// <summary>Whether a trace of this signature may be called with the arguments.</summary>
    public bool Accepts(ReadOnlySpan<Tensor> arguments)
    {
        if (arguments.Length != dtypes.Length)
            return false;
        for (int i = 0; i < dtypes.Length; i++)
        {
            if (arguments[i].DType != dtypes[i] || !shapes[i].IsCompatibleWith(arguments[i].Shape))
                return false;
        }

        return true;
    }

    /// <summary>
    /// The dimensions in which the other signature differs, where that is at most one per argument, such as the batch of inputs and targets
    /// alike; empty when they are equal or differ in more.
    /// </summary>
    public IReadOnlyList<(int Argument, int Dimension)> Differences(Signature other)
    {
        if (other.Count != Count || !dtypes.AsSpan().SequenceEqual(other.Dtypes))
            return [];
        List<(int, int)> found = [];
        for (int i = 0; i < Count; i++)
        {
            if (ShapeOf(i).Rank != other.ShapeOf(i).Rank)
                return [];
            int before = found.Count;
            for (int d = 0; d < ShapeOf(i).Rank; d++)
            {
                if (ShapeOf(i)[d] == other.ShapeOf(i)[d])
                    continue;
                if (found.Count > before)
                    return [];
                found.Add((i, d));
            }
        }

        return found;
    }

    /// <summary>This signature with dimensions left open.</summary>
    public Signature Relax(IReadOnlyList<(int Argument, int Dimension)> open)
    {
        Shape[] relaxed = [.. shapes];
        foreach ((int argument, int dimension) in open)
        {
            long[] dims = relaxed[argument].ToArray();
            dims[dimension] = -1;
            relaxed[argument] = dims;
        }

        return new Signature(dtypes, relaxed);
    }

    /// <summary>Such as <c>float64(None, 2), int32()</c>.</summary>
    public override string ToString() => string.Join(", ", shapes.Select((shape, i) => dtypes[i].PythonName + shape));

    private ReadOnlySpan<DType> Dtypes => dtypes;
}
