using System.Globalization;
using System.Text.Json;
using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Methods;

/// <summary>A network of <c>lbfgs/keras</c> with its points, its start and what SciPy reached from there.</summary>
internal abstract class KerasPinn : PinnProblem
{
    private readonly JsonElement _model;

    /// <summary>Reads the file.</summary>
    protected KerasPinn(string name)
        : base(name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceFolder.PathOf("lbfgs", "keras", $"{name}_pinn.json")));
        _model = document.RootElement.Clone();
        int[][] kernels =
            [.. _model.GetProperty("layout").EnumerateArray()
            .Select(entry => entry.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32()).ToArray())
            .Where(shape => shape.Length == 2)];
        Widths = [.. kernels.Select(shape => shape[0]), kernels[^1][1]];
        SciPy = _model.GetProperty("peers").GetProperty("scipy_lbfgsb").GetProperty("best_loss_after").EnumerateObject()
            .ToDictionary(entry => int.Parse(entry.Name, CultureInfo.InvariantCulture), entry => entry.Value.GetDouble());
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Widths { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<int, double> SciPy { get; }

    /// <summary>The loss as stored, at the start.</summary>
    public double InitialLoss => _model.GetProperty("initial_loss").GetDouble();

    /// <summary>The names of the data that the loss takes; points of two inputs are split into columns.</summary>
    protected abstract IReadOnlyList<string> DataNames { get; }

    /// <inheritdoc/>
    public override TapeObjective CreateObjective()
    {
        DenseNetwork network = new(Widths, DType.Float64, Tf.Tanh);
        using TensorScope scope = new();
        Tensor[] data = [.. DataNames.SelectMany(name => Columns(Numbers(_model.GetProperty("data").GetProperty(name))))];
        Tensor start = Numbers(_model.GetProperty("initial_position"));
        foreach (Tensor tensor in data.Append(start))
            scope.Keep(tensor);
        return new TapeObjective(start, data, (position, columns) => Loss(network, network.Variables(position), columns), network);
    }

    /// <summary>The loss from the columns of the data, each [rows, 1].</summary>
    protected abstract Tensor Loss(DenseNetwork network, Tensor[] variables, IReadOnlyList<Tensor> data);

    /// <summary>The mean of the squares.</summary>
    protected static Tensor MeanSquare(Tensor values) => Tf.ReduceMean(Tf.Square(values));

    private static Tensor[] Columns(Tensor matrix) =>
        [.. Enumerable.Range(0, (int)matrix.Shape[1])
            .Select(column => matrix[TensorIndex.Slice(null, null, 1), TensorIndex.Slice(column, column + 1, 1)])];

    private static Tensor Numbers(JsonElement array) => Tensor.From<double>(
        [.. array.GetProperty("data").EnumerateArray().Select(value => value.GetDouble())],
            [.. array.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())]);
}
