using System.Globalization;
using TfLbfgs.Parameters;
using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// A typical size for each variable, for <see cref="LbfgsOptions.BlockScaling"/>: directions, lengths and curvatures are those of z with x
/// = size * z, so that variables whose sizes differ by orders of
/// magnitude are found as easily as if they had been divided by hand. Positions, gradients and tolerances stay those of x.
/// docs/guides/objectives.md has the measurements. Python: <c>x_scale</c> of
/// <c>scipy.optimize.least_squares</c>, <c>scale</c> of <c>fmin_tnc</c>.
/// </summary>
public sealed record BlockScaling
{
    private readonly IReadOnlyList<(string Name, double Size)> _named;
    private readonly Tensor? _sizes;

    private BlockScaling(string description, IReadOnlyList<(string Name, double Size)>? named = null, Tensor? sizes = null) =>
        (Description, _named, _sizes) = (description, named ?? [], sizes);

    /// <summary>
    /// Each variable of the layout gets 1 / sqrt(c), with its mean curvature c at the start measured by two more evaluations, at x + h and
    /// x - h with h a few millionths of x; where the objective has no layout, each
    /// parameter gets its own. Variables without curvature get the geometric mean of the others.
    /// </summary>
    public static BlockScaling Automatic { get; } = new("by the curvature of each variable");

    /// <summary>
    /// Like <see cref="Automatic"/>, but each parameter gets its own size, with any layout; for few parameters of very different sizes.
    /// The same two evaluations.
    /// </summary>
    public static BlockScaling AutomaticPerParameter { get; } = new("by the curvature of each parameter");

    /// <summary>What a saved state remembers of it.</summary>
    internal string Description { get; }

    /// <summary>The sizes of variables by name.</summary>
    /// <param name="sizes">The name in the layout of the objective, and a number above 0: how large its elements or their changes are.
    /// Variables that are not named have 1.</param>
    /// <returns>The scaling.</returns>
    /// <exception cref="TfLbfgsException">A size is not above 0, or a name stands twice.</exception>
    public static BlockScaling Of(params IReadOnlyList<(string Name, double Size)> sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        foreach ((string name, double size) in sizes)
        {
            if (!(size > 0 && double.IsFinite(size)))
                throw new TfLbfgsException(
                    $"BlockScaling: expected a size above 0 for '{name}', received {size.ToString(CultureInfo.InvariantCulture)}.");
            if (sizes.Count(s => s.Name == name) > 1)
                throw new TfLbfgsException($"BlockScaling: expected each name once, received '{name}' twice.");
        }

        return new BlockScaling(
            string.Join(", ", sizes.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Name} by {s.Size:R}"))), [.. sizes]);
    }

    /// <summary>The size of each parameter.</summary>
    /// <param name="sizes">Shape [n], of the dtype of the positions, each above 0; borrowed as long as it is used.</param>
    /// <returns>The scaling.</returns>
    public static BlockScaling Of(Tensor sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        return new BlockScaling("by given sizes", null, sizes);
    }

    /// <summary>The size of each parameter.</summary>
    /// <param name="layout">Where the variables lie; null: there are none.</param>
    /// <param name="start">x, shape [n].</param>
    /// <param name="gradientAt">The gradient at x + a h, from h, shape [n], and a.</param>
    /// <returns>Shape [n], owned by the caller.</returns>
    internal Tensor Sizes(ParameterLayout? layout, Tensor start, Func<Tensor, double, Tensor> gradientAt)
    {
        using TensorScope scope = new();
        if (_sizes is not null)
            return scope.Keep(Checked(_sizes, start));
        bool isNamed = _named.Count > 0;
        if (layout is null && isNamed)
            throw new TfLbfgsException($"BlockScaling: expected an objective whose variables have names, to scale '{_named[0].Name}', "
                + "received one without a layout. Give a tensor of sizes, or use a NamedObjective.");
        if (isNamed)
            return scope.Keep(As(ByName(layout!), start.DType));
        Tensor logarithms =
            As(this == AutomaticPerParameter || layout is null ? PerParameter(start, gradientAt)
            : PerBlock(layout, start, gradientAt), Runtime.DType.Float64);
        return scope.Keep(As(RawOps.Exp(Known(logarithms)), start.DType));
    }

    /// <summary>The best step for central differences, relative to x.</summary>
    private static double Relative(Tensor x) => Math.Cbrt(x.DType == Runtime.DType.Float32 ? Math.ScaleB(1, -23) : Math.ScaleB(1, -52));

    private static Tensor Checked(Tensor sizes, Tensor start)
    {
        if (sizes.DType != start.DType || !sizes.Shape.IsCompatibleWith(start.Shape))
            throw new TfLbfgsException($"BlockScaling: expected sizes of {start.Describe()}, received {sizes.Describe()}.");
        using Tensor axis = Tensor.Vector([0]);
        Tensor wrong = RawOps.LogicalOr(RawOps.LogicalNot(RawOps.IsFinite(sizes)), RawOps.LessEqual(sizes, RawOps.ZerosLike(sizes)));
        if (RawOps.Any(wrong, axis).ToScalar<bool>())
            throw new TfLbfgsException("BlockScaling: expected sizes above 0, received one that is not, or is not finite.");
        return RawOps.Identity(sizes);
    }

    private Tensor ByName(ParameterLayout layout)
    {
        foreach ((string name, _) in _named)
        {
            if (!layout.Slots.Any(slot => slot.Name == name))
                throw new TfLbfgsException(
                    $"BlockScaling: expected one of {string.Join(", ", layout.Slots.Select(slot => slot.Name))}, received '{name}'.");
        }

        return Spread(layout,
            [.. layout.Slots.Select(slot => Tensor.Scalar(_named.FirstOrDefault(s => s.Name == slot.Name, ("", 1)).Size))]);
    }

    /// <summary>-log(curvature) / 2 for each parameter.</summary>
    private static Tensor PerParameter(Tensor start, Func<Tensor, double, Tensor> gradientAt)
    {
        Tensor size = RawOps.Abs(start);
        Tensor h = Relative(start) * RawOps.SelectV2(RawOps.Equal(size, RawOps.ZerosLike(size)), RawOps.OnesLike(size), size);
        Tensor change = gradientAt(h, 1) - gradientAt(h, -1);
        return -0.5 * (As(RawOps.Log(RawOps.Abs(change)), Runtime.DType.Float64) - As(RawOps.Log(2 * h), Runtime.DType.Float64));
    }

    /// <summary>The same for each variable, by the lengths of its parts.</summary>
    private static Tensor PerBlock(ParameterLayout layout, Tensor start, Func<Tensor, double, Tensor> gradientAt)
    {
        Tensor[] steps = Array.ConvertAll(Split(layout, start), part =>
        {
            // A variable of zeros, such as a bias, says nothing of its size.
            Tensor size = RawOps.Sqrt(Dot(part, part) / Math.Max(1, part.Shape[0]));
            size = As(RawOps.SelectV2(RawOps.Equal(size, Tensor.Scalar(0.0)), Tensor.Scalar(1.0), size), part.DType);
            return RawOps.OnesLike(part) * (size * Relative(part));
        });
        Tensor h = RawOps.ConcatV2([.. steps, start[..0]], Tensor.Scalar(0));
        Tensor[] changes = Split(layout, gradientAt(h, 1) - gradientAt(h, -1));
        return Spread(layout,
            [.. changes.Select((change, i) => -0.25 * (RawOps.Log(Dot(change, change)) - RawOps.Log(4 * Dot(steps[i], steps[i]))))]);
    }

    private static Tensor[] Split(ParameterLayout layout, Tensor vector)
    {
        using Tensor sizes = Tensor.Vector([.. layout.Slots.Select(slot => slot.Size)]);
        return layout.Slots.Count == 1 ? [vector] : RawOps.SplitV(vector, sizes, Tensor.Scalar(0), layout.Slots.Count);
    }

    /// <summary>A number for each variable as a number for each parameter, float64.</summary>
    private static Tensor Spread(ParameterLayout layout, Tensor[] values)
    {
        Tensor[] parts = [.. values.Select((value, i) =>
        {
            using Tensor length = Tensor.Vector([layout.Slots[i].Size]);
            return RawOps.Fill(length, As(value, Runtime.DType.Float64));
        })];
        return parts.Length == 1 ? parts[0] : RawOps.ConcatV2(parts, Tensor.Scalar(0));
    }

    /// <summary>The numbers, with the mean of the finite ones in place of those that are not.</summary>
    private static Tensor Known(Tensor logarithms)
    {
        Tensor known = RawOps.IsFinite(logarithms);
        Tensor values = RawOps.SelectV2(known, logarithms, RawOps.ZerosLike(logarithms));
        Tensor mean = Total(values) / RawOps.Maximum(Total(RawOps.Cast(known, Runtime.DType.Float64)), Tensor.Scalar(1.0));
        return RawOps.SelectV2(known, logarithms, mean);
    }
}
