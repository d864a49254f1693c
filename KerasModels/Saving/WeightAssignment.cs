using System.Runtime.CompilerServices;
using TfLbfgs.Formats;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Saving;

/// <summary>Reads weights of a file into tensors for variables.</summary>
internal static class WeightAssignment
{
    /// <summary>
    /// Reads the values of variables and assigns them. Each is read once, into the memory that the variable then has. For a model that is
    /// in use all are read before the first is assigned, so that damaged data change nothing; a model that is thrown away on failure takes
    /// each at once, which needs half the memory.
    /// </summary>
    /// <param name="assignments">What to assign.</param>
    /// <param name="atOnce">Whether each value is assigned as soon as it is read.</param>
    /// <param name="warnings">Receives a sentence for each variable with values that are not finite.</param>
    public static void Apply(IReadOnlyList<(Variable Variable, WeightArray Source)> assignments, bool atOnce, List<string> warnings)
    {
        using TensorScope scope = new();
        List<(Variable Variable, Tensor Value)> pending = [];
        foreach ((Variable variable, WeightArray source) in assignments)
        {
            using TensorScope each = new();
            (Tensor value, long nonFinite) = Read(source.Data, variable);
            if (nonFinite > 0)
                warnings.Add($"{variable.Name}: {nonFinite} of {variable.Shape.ElementCount} values are not finite.");
            if (atOnce)
                variable.Assign(value);
            else
                pending.Add((variable, each.Keep(value)));
        }

        foreach ((Variable variable, Tensor value) in pending)
            variable.Assign(value);
    }

    private static (Tensor Value, long NonFinite) Read(StoredArray source, Variable variable)
    {
        StrongBox<long> nonFinite = new();
        Tensor stored = Tensor.FromBytes(source.DType, variable.Shape, (source, nonFinite),
            static (bytes, state) => state.nonFinite.Value = state.source.ReadAndCountNonFinite(bytes));
        if (source.DType == variable.DType)
            return (stored, nonFinite.Value);
        // The range may be smaller.
        Tensor value = Convert(stored, variable.DType);
        using TensorView<byte> elements = value.ViewBytes();
        return (value, StoredArray.CountNonFinite(elements.Span, value.DType));
    }

    // TensorFlow rounds float64 to 16 bits by way of float32, NumPy does not.
    private static Tensor Convert(Tensor stored, DType dtype) =>
        stored.DType == DType.Float64 && dtype is DType.Float16 or DType.BFloat16
            ? HostArrays.ToTensor(stored.ToDoubles(), dtype, stored.Shape) : RawOps.Cast(stored, dtype);
}
