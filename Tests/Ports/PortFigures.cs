using System.Globalization;
using System.Text.Json;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Ports;

/// <summary>
/// What a program gave in Python, written by its script in <c>Tests/Ports/python</c>, and the weights and points from which both start.
/// </summary>
internal sealed class PortFigures
{
    private static readonly double[] Irrationals = [0.6180339887498949, 0.41421356237309515, 0.7320508075688772];

    private readonly string _name;
    private readonly Dictionary<string, double> _figures;

    private PortFigures(string name, Dictionary<string, double> figures) => (_name, _figures) = (name, figures);

    /// <summary>A figure.</summary>
    public double this[string name] => _figures[name];

    /// <summary>The folder of the scripts.</summary>
    public static string Folder => Path.Combine(Checkout.Root, "Tests", "Ports", "python");

    /// <summary>The figures that a script wrote.</summary>
    public static PortFigures Of(string name)
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json")));
        return new PortFigures(name, file.RootElement.EnumerateObject().ToDictionary(figure => figure.Name, figure => figure.Value.GetDouble()));
    }

    /// <summary>Loss and gradient at the start, and the loss after as many iterations.</summary>
    public void Check(LbfgsResult result, double atStart, double after)
    {
        Close("loss", result.InitialLoss, atStart);
        Close("gradient_norm", result.History[0].GradientLength, atStart);
        Close("after", result.Loss, after);
    }

    /// <summary>A figure up to a part of it.</summary>
    public void Close(string name, double received, double tolerance) => Assert.True(
        Math.Abs(received - _figures[name]) <= tolerance * Math.Abs(_figures[name]),
        string.Create(CultureInfo.InvariantCulture, $"{_name}, {name}: expected {_figures[name]:R} up to {tolerance:G2} of it, received {received:R}"));

    /// <summary>Gives variables values of a formula: those of a matrix by its number of rows, others about 0.1.</summary>
    public static void SetWeights(IEnumerable<Variable> variables)
    {
        long first = 0;
        foreach (Variable variable in variables)
        {
            double scale = variable.Shape.Rank == 2 ? 1 / Math.Sqrt(variable.Shape[0]) : 0.1;
            double[] values = [.. Enumerable.Range(0, (int)variable.Shape.ElementCount).Select(i => Math.Sin((12.9898 * (first + i)) + 1) * scale)];
            using Tensor value = Make(values, variable.Shape, variable.DType);
            variable.Assign(value);
            first += values.Length;
        }
    }

    /// <summary>Column by column, points of the unit interval that lie well apart.</summary>
    public static double[][] Points(int rows, int columns, double shift = 0) =>
        [.. Irrationals.Take(columns).Select(step => Enumerable.Range(1, rows).Select(i => (shift + (i * step)) % 1).ToArray())];

    /// <summary>Columns side by side, [rows, columns], or one column.</summary>
    public static Tensor Columns(DType dtype, params double[][] columns) =>
        Make([.. columns[0].SelectMany((_, row) => columns.Select(column => column[row]))], Shape.Create([columns[0].Length, columns.Length]), dtype);

    private static Tensor Make(double[] values, Shape shape, DType dtype) => dtype == DType.Float64
        ? Tensor.From<double>(values, shape) : Tensor.From<float>([.. values.Select(value => (float)value)], shape);
}
