using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients.Checking;

/// <summary>Compares the gradient with respect to one parameter with extrapolated differences.</summary>
/// <param name="value">The parameter.</param>
/// <param name="gradient">The tape's gradient; null: it says that there is none.</param>
/// <param name="evaluate">The target, where the parameter has another value.</param>
internal sealed class ParameterCheck(Tensor value, Tensor? gradient, Func<Tensor, double> evaluate)
{
    private readonly double[] _value = value.ToDoubles();
    private readonly double[] _gradient = gradient?.ToDoubles() ?? new double[value.Shape.ElementCount];
    private bool _isUnchanged = true;

    public GradientCheckRow Run(string name, Settings settings, Random random)
    {
        Comparison worst = default;
        for (int i = 0; i < settings.Options.Directions; i++)
        {
            Comparison found = Compare(Direction(random), settings);
            if (i == 0 || found.Error > worst.Error)
                worst = found;
        }

        Comparison worstEntry = default;
        string place = "";
        int count = Math.Min(settings.Options.Entries, _value.Length);
        for (int k = 0; k < count; k++)
        {
            int entry = (int)((long)k * _value.Length / count);
            double[] unit = new double[_value.Length];
            unit[entry] = 1;
            Comparison found = Compare(unit, settings);
            if (k > 0 && found.Error <= worstEntry.Error)
                continue;
            worstEntry = found;
            place = PlaceOf(entry);
        }

        bool passed = worst.Error <= settings.Tolerance && worstEntry.Error <= settings.Tolerance;
        GradientCheckRow row = new(
            name, value.Shape.ToString(), worst.Gradient, worst.Difference, worst.Error, place, worstEntry.Gradient, worstEntry.Difference,
            worstEntry.Error, passed);
        return row with { IsUnchanged = _isUnchanged && _value.Length > 0 };
    }

    /// <summary>A random direction of length 1.</summary>
    private double[] Direction(Random random)
    {
        double[] direction = new double[_value.Length];
        for (int i = 0; i < direction.Length; i++)
            direction[i] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double length = Math.Sqrt(direction.Sum(d => d * d));
        return Array.ConvertAll(direction, d => length == 0 ? 0 : d / length);
    }

    private Comparison Compare(double[] direction, Settings settings)
    {
        double along = 0;
        for (int i = 0; i < direction.Length; i++)
            along += direction[i] * _gradient[i];
        double scale = Math.Max(1, _value.Length == 0 ? 0 : _value.Max(Math.Abs));
        (double difference, double uncertainty) = Extrapolate(direction, settings.Step * scale, settings.Options.Levels);
        double error = Math.Abs(along - difference);
        // What the differences do not know is no error of the gradient; nor is a rounding of the value.
        double size = Math.Max(Math.Max(Math.Abs(along), Math.Abs(difference)), settings.Tolerance);
        double relative = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(0, error - uncertainty) / size;
        return new Comparison(along, difference, relative);
    }

    /// <summary>
    /// The Romberg table of central differences: of its columns, each free of one more even power of the step, the entry that changed least
    /// from the one before.
    /// </summary>
    private (double Value, double Uncertainty) Extrapolate(double[] direction, double step, int levels)
    {
        double[] former = [];
        (double best, double uncertainty) = (double.NaN, double.PositiveInfinity);
        for (int level = 0; level < levels; level++, step /= 2)
        {
            double[] row = new double[level + 1];
            (double above, double below) = (At(direction, step), At(direction, -step));
            _isUnchanged &= above == below;
            row[0] = (above - below) / (2 * step);
            double power = 1;
            for (int column = 1; column <= level; column++)
            {
                power *= 4;
                row[column] = row[column - 1] + (row[column - 1] - former[column - 1]) / (power - 1);
                double change = Math.Max(Math.Abs(row[column] - row[column - 1]), Math.Abs(row[column] - former[column - 1]));
                if (change < uncertainty)
                    (best, uncertainty) = (row[column], change);
            }

            former = row;
        }

        return (double.IsNaN(best) ? former[0] : best, double.IsFinite(uncertainty) ? uncertainty : 0);
    }

    private double At(double[] direction, double step)
    {
        double[] moved = new double[_value.Length];
        for (int i = 0; i < moved.Length; i++)
            moved[i] = _value[i] + step * direction[i];
        using TensorScope scope = new();
        Tensor wide = Tensor.From<double>(moved, value.Shape);
        return evaluate(value.DType == DType.Float64 ? wide : RawOps.Cast(wide, value.DType));
    }

    private string PlaceOf(int entry)
    {
        long[] place = new long[value.Rank];
        for (int i = place.Length - 1; i >= 0; i--)
        {
            place[i] = entry % value.Shape[i];
            entry /= (int)value.Shape[i];
        }

        return $"[{string.Join(", ", place)}]";
    }

    /// <summary>How to check.</summary>
    internal sealed record Settings(double Step, double Tolerance, GradientCheckOptions Options);

    private readonly record struct Comparison(double Gradient, double Difference, double Error);
}
