using System.Globalization;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// The box that every evaluated point lies in: lower &lt;= x &lt;= upper, component by component. Infinite bounds are none, equal ones fix
/// a variable. Immutable; it holds tensors on their device and must be disposed.
/// Python: <c>scipy.optimize.Bounds</c>.
/// </summary>
public sealed class Bounds : IDisposable
{
    /// <summary>Checks and takes bounds; one number of them is read back from the device.</summary>
    /// <param name="lower">The lowest values, shape [n] or [], float32 or float64; -infinity: none. Borrowed: the caller may dispose
    /// it.</param>
    /// <param name="upper">The highest values, shape [n] or [], of the same dtype; infinity: none. Borrowed.</param>
    /// <exception cref="TfLbfgsException">Dtypes or shapes do not fit, or a component has a NaN, a lower bound above the upper one, or no
    /// finite number between; the message names the first.</exception>
    public Bounds(Tensor lower, Tensor upper)
    {
        ArgumentNullException.ThrowIfNull(lower);
        ArgumentNullException.ThrowIfNull(upper);
        bool fits = lower.DType == upper.DType && lower.DType is DType.Float32 or DType.Float64 && lower.Rank <= 1 && upper.Rank <= 1
            && (lower.Rank == 0 || upper.Rank == 0 || lower.Shape == upper.Shape);
        if (!fits)
            throw new TfLbfgsException("Bounds: expected lower and upper bounds of one dtype, float32 or float64, of shape [n] or [] "
                + $"each, received {lower.Describe()} and {upper.Describe()}. Cast or reshape them.");
        CheckValues(lower, upper);
        Lower = lower.Alias();
        Upper = upper.Alias();
    }

    /// <summary>The lowest values, shape [n] or []; borrowed from this object.</summary>
    public Tensor Lower { get; }

    /// <summary>The highest values, shape [n] or []; borrowed from this object.</summary>
    public Tensor Upper { get; }

    /// <summary>The same bounds for every component.</summary>
    /// <param name="lower">The lowest value; -infinity: none.</param>
    /// <param name="upper">The highest value; infinity: none.</param>
    /// <param name="dtype">The dtype of the parameters, float32 or float64 (default).</param>
    /// <returns>The bounds, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">A value is NaN, or there is no finite number between them.</exception>
    public static Bounds Of(double lower, double upper, DType dtype = DType.Float64)
    {
        using Tensor low = Tensor.Scalar(lower, dtype);
        using Tensor high = Tensor.Scalar(upper, dtype);
        return new Bounds(low, high);
    }

    /// <summary>Bounds for each component.</summary>
    /// <param name="lower">The lowest values, n of them; -infinity: none.</param>
    /// <param name="upper">The highest values, n of them; infinity: none.</param>
    /// <param name="dtype">The dtype of the parameters, float32 or float64 (default).</param>
    /// <returns>The bounds, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The numbers of values differ, one is NaN, or a component has no finite number between its
    /// bounds.</exception>
    public static Bounds Of(IReadOnlyList<double> lower, IReadOnlyList<double> upper, DType dtype = DType.Float64)
    {
        ArgumentNullException.ThrowIfNull(lower);
        ArgumentNullException.ThrowIfNull(upper);
        using TensorScope scope = new();
        return new Bounds(VectorMath.As(Tensor.From([.. lower]), dtype), VectorMath.As(Tensor.From([.. upper]), dtype));
    }

    /// <summary>Bounds for some variables of a layout, one pair of numbers each; the others have none.</summary>
    /// <param name="layout">How variables lie in the vector, such as <see cref="VariableObjective.Layout"/>.</param>
    /// <param name="variables">The lowest and the highest value of each element of a variable, by the variable's name.</param>
    /// <returns>The bounds, shape [n], of the layout's dtype, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The layout has no variable of a name, or several; a value is NaN, or there is no finite number
    /// between two.</exception>
    public static Bounds Of(ParameterLayout layout, IReadOnlyDictionary<string, (double Lower, double Upper)> variables)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(variables);
        foreach (string name in variables.Keys)
        {
            int count = layout.Slots.Count(slot => slot.Name == name);
            if (count != 1)
                throw new TfLbfgsException($"Bounds: expected the name of one variable of the layout, received '{name}', which "
                    + $"{(count == 0 ? "none" : $"{count}")} of them has. The variables are "
                    + $"{string.Join(", ", layout.Slots.Select(slot => slot.Name))}.");
        }

        using TensorScope scope = new();
        return new Bounds(Joined(pair => pair.Lower, double.NegativeInfinity), Joined(pair => pair.Upper, double.PositiveInfinity));

        // Filled on the device: nothing of size n comes from the host.
        Tensor Joined(Func<(double Lower, double Upper), double> side, double none)
        {
            Tensor[] parts = [.. layout.Slots.Where(slot => slot.Size > 0).Select(slot =>
                RawOps.Fill(Tensor.From([slot.Size]),
                    Tensor.Scalar(variables.TryGetValue(slot.Name, out (double, double) pair) ? side(pair) : none, layout.DType)))];
            return parts.Length == 1 ? parts[0] : RawOps.ConcatV2(parts, Tensor.Scalar(0));
        }
    }

    /// <summary>Frees the bounds; tensors that were given to the constructor are the caller's.</summary>
    public void Dispose()
    {
        Lower.Dispose();
        Upper.Dispose();
    }

    /// <summary>Shape and dtype.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"lower {Lower.Describe()}, upper {Upper.Describe()}";

    /// <summary>Refuses bounds that are no box for a vector.</summary>
    internal void CheckFor(long count, DType dtype)
    {
        bool fits = Lower.DType == dtype && new[] { Lower, Upper }.All(bound => bound.Rank == 0 || bound.Shape[0] == count);
        if (!fits)
            throw new TfLbfgsException($"LbfgsOptions.Bounds: expected bounds of {dtype.PythonName}({count},) or {dtype.PythonName}(), "
                + $"received {this}. Make them with the dtype and the length of the parameters.");
    }

    /// <summary>Refuses bounds that lie elsewhere than a start.</summary>
    internal void CheckDevice(Tensor start)
    {
        foreach (Tensor bound in (Tensor[])[Lower, Upper])
        {
            if (bound.DeviceName != start.DeviceName)
                throw new TfLbfgsException($"LbfgsOptions.Bounds: expected bounds on {start.DeviceName}, where the start is, received "
                    + $"{bound.Describe()} on {bound.DeviceName}. Make them under Device.Use, or copy them with CopyTo.");
        }
    }

    private static void CheckValues(Tensor lower, Tensor upper)
    {
        using TensorScope scope = new();
        Tensor isOrdered =
            RawOps.LogicalAnd(RawOps.LessEqual(lower, upper),
            RawOps.LogicalAnd(lower < double.PositiveInfinity, upper > double.NegativeInfinity));
        Tensor isWrong = VectorMath.As(RawOps.LogicalNot(isOrdered), DType.Float64);
        Tensor flat = isWrong.Rank == 0 ? RawOps.ExpandDims(isWrong, Tensor.Scalar(0)) : isWrong;
        if (flat.Shape[0] == 0 || RawOps.Max(flat, Tensor.From([0])).ToScalar<double>() == 0)
            return;
        long first = RawOps.ArgMax(flat, Tensor.Scalar(0)).ToScalar<long>();
        throw new TfLbfgsException($"Bounds: expected lower <= upper with a finite number between, received lower {At(lower)} and upper "
            + $"{At(upper)}{(isWrong.Rank == 0 ? "" : $" at component {first}")}.");

        string At(Tensor bound) =>
            VectorMath.As(bound.Rank == 0 ? bound : bound[first], DType.Float64).ToScalar<double>().ToString(CultureInfo.InvariantCulture);
    }
}
