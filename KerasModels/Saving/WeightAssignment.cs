using TfLbfgs.Formats;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Saving;

/// <summary>Reads weights of a file into tensors for variables.</summary>
internal static class WeightAssignment
{
    // Checked in another thread while the next weight is read.
    private const int LargeBytes = 1 << 20;

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
        List<(Variable Variable, TensorView<byte> View, Task<long> NonFinite)> checks = [];
        try
        {
            foreach ((Variable variable, WeightArray source) in assignments)
            {
                using TensorScope each = new();
                Tensor value = Read(source.Data, variable);
                // While the next one is read.
                TensorView<byte> view = value.ViewBytes();
                checks.Add((variable, view, view.Span.Length < LargeBytes
                    ? Task.FromResult(StoredArray.CountNonFinite(view.Span, value.DType))
                    : Task.Run(() => StoredArray.CountNonFinite(view.Span, variable.DType))));
                if (atOnce)
                    variable.Assign(value);
                else
                    pending.Add((variable, each.Keep(value)));
            }

            foreach ((Variable variable, Tensor value) in pending)
                variable.Assign(value);
            foreach ((Variable variable, _, Task<long> check) in checks)
            {
                if (check.GetAwaiter().GetResult() is var bad and > 0)
                    warnings.Add($"{variable.Name}: {bad} of {variable.Shape.ElementCount} values are not finite.");
            }
        }
        finally
        {
            foreach ((_, TensorView<byte> view, Task<long> check) in checks)
            {
                check.Wait();
                view.Dispose();
            }
        }
    }

    private static Tensor Read(StoredArray source, Variable variable)
    {
        Tensor stored = Tensor.FromBytes(source.DType, variable.Shape, source, static (bytes, array) => array.Read(bytes));
        return source.DType == variable.DType ? stored : Convert(stored, variable.DType);
    }

    // TensorFlow rounds float64 to 16 bits by way of float32, NumPy does not.
    private static Tensor Convert(Tensor stored, DType dtype) =>
        stored.DType == DType.Float64 && dtype is DType.Float16 or DType.BFloat16
            ? HostArrays.ToTensor(stored.ToDoubles(), dtype, stored.Shape) : RawOps.Cast(stored, dtype);
}
