using TfLbfgs.Functions;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// Measures vectors by the variables of a layout, on the device: each measurement is one call of a traced function and one read of a few
/// numbers per variable.
/// </summary>
internal sealed class VariableMeter : IDisposable
{
    private const int NumbersOfNorms = 6;
    private const int NumbersOfShares = 3;

    private readonly Function _norms;
    private readonly Function _shares;

    private readonly RunTally _tally;

    /// <summary>Prepares; nothing is traced before the first measurement.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="tally">Counts the reads.</param>
    public VariableMeter(ParameterLayout layout, RunTally tally)
    {
        Layout = layout;
        _tally = tally;
        _norms = new Function(inputs => [PerVariable([inputs[0], inputs[1], inputs[0] - inputs[2]], NumbersOfNorms, NormsOf)],
            new FunctionOptions { Name = "lbfgs_variable_norms" });
        _shares = new Function(inputs => [PerVariable(inputs, NumbersOfShares, SharesOf)],
            new FunctionOptions { Name = "lbfgs_variable_shares" });
    }

    /// <summary>The layout.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The norms of position, gradient and step; the former position is null where it is unknown.</summary>
    public IReadOnlyList<VariableNorms> Norms(Tensor position, Tensor gradient, Tensor? former)
    {
        double[] n = Read(_norms, [position, gradient, former ?? position]);
        return [.. Layout.Slots.Select((slot, i) =>
        {
            ReadOnlySpan<double> row = n.AsSpan(i * NumbersOfNorms, NumbersOfNorms);
            double step = former is null ? double.NaN : row[4];
            double length = former is null ? double.NaN : Math.Sqrt(row[5]);
            return new VariableNorms(slot.Name, Max(row), Math.Sqrt(row[1]), Max(row[2..]), Math.Sqrt(row[3]), step, length);
        })];
    }

    /// <summary>
    /// What each variable adds to the slope of a line at its start and at a trial on it, and how many components of the gradients there are
    /// not finite.
    /// </summary>
    public IReadOnlyList<VariableShare> Shares(Tensor startGradient, Tensor direction, Tensor trialGradient)
    {
        double[] n = Read(_shares, [startGradient, direction, trialGradient]);
        return [.. Layout.Slots.Select((slot, i) =>
            new VariableShare(slot.Name, slot.Size, n[i * NumbersOfShares], n[i * NumbersOfShares + 1], (long)n[i * NumbersOfShares + 2]))];
    }

    /// <summary>How many components of a gradient are not finite, by variable.</summary>
    public IReadOnlyList<VariableShare> NotFinite(Tensor gradient) => Shares(gradient, gradient, gradient);

    /// <inheritdoc/>
    public void Dispose()
    {
        _norms.Dispose();
        _shares.Dispose();
    }

    /// <summary>The device's maximum may pass over NaN, its sum of squares does not.</summary>
    private static double Max(ReadOnlySpan<double> maxAndSquare) => double.IsNaN(maxAndSquare[1]) ? double.NaN : maxAndSquare[0];

    private double[] Read(Function function, Tensor[] vectors)
    {
        using TensorScope scope = new();
        double[] numbers = function.Call(vectors)[0].ToArray<double>();
        _tally.OtherReads++;
        _tally.BytesRead += numbers.Length * sizeof(double);
        return numbers;
    }

    /// <summary>Traced: the numbers of all variables one after the other, float64; zeros for a variable without elements.</summary>
    private Tensor PerVariable(Tensor[] vectors, int numbers, Func<Tensor[], Tensor[]> of)
    {
        Tensor sizes = Tensor.Vector([.. Layout.Slots.Select(slot => slot.Size)]);
        Tensor axis = Tensor.Scalar(0);
        Tensor[][] parts = [.. vectors.Select(vector => RawOps.SplitV(vector, sizes, axis, Layout.Slots.Count))];
        Tensor nothing = Tensor.Scalar(0.0);
        List<Tensor> all = [];
        for (int i = 0; i < Layout.Slots.Count; i++)
            all.AddRange(Layout.Slots[i].Size == 0 ? Enumerable.Repeat(nothing, numbers) : of([.. parts.Select(part => part[i])]));
        return RawOps.Pack(all);
    }

    private static Tensor[] NormsOf(Tensor[] parts) => [.. parts.SelectMany(part => new[] { MaxAbs(part), Dot(part, part) })];

    private static Tensor[] SharesOf(Tensor[] parts) =>
        [Dot(parts[0], parts[1]), Dot(parts[2], parts[1]), Total(RawOps.Cast(RawOps.LogicalNot(RawOps.IsFinite(parts[2])), DType.Float64))];
}
