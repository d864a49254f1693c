using BenchmarkDotNet.Attributes;
using TfLbfgs.Functions;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Micro;

/// <summary>The variables of 2-64-64-1 to one vector of 4,417 and back, by both routes; eager, traced and compiled.</summary>
public class LayoutBenchmarks
{
    private static readonly int[][] Shapes = [[2, 64], [64], [64, 64], [64], [64, 1], [1]];

    private ParameterVector _vector = null!;
    private Tensor[] _values = null!;
    private Tensor _flat = null!;
    private Function _flatten = null!;
    private Function _split = null!;

    /// <summary>By which ops.</summary>
    [Params(FlattenRoute.Split, FlattenRoute.Dynamic)]
    public FlattenRoute Route { get; set; }

    /// <summary>How it is run.</summary>
    [Params("eager", "traced", "compiled")]
    public string Mode { get; set; } = "eager";

    /// <summary>Makes layout, values and functions.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _vector = new ParameterVector(ParameterLayout.Of([.. Shapes.Select((shape, i) => ($"v{i}", (Shape)shape, DType.Float64))]), Route);
        _values = [.. Shapes.Select(shape => Tensor.Fill(shape, 0.5, DType.Float64))];
        _flat = _vector.Flatten(_values);
        FunctionOptions options = new() { Compile = Mode == "compiled" };
        _flatten = new Function(inputs => [_vector.Flatten(inputs)], options);
        _split = new Function(inputs => _vector.Split(inputs[0]), options);
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _flatten.Dispose();
        _split.Dispose();
        _flat.Dispose();
        foreach (Tensor value in _values)
            value.Dispose();
        _vector.Dispose();
    }

    /// <summary>Variables to vector.</summary>
    [Benchmark]
    public void Flatten() => (Mode == "eager" ? _vector.Flatten(_values) : _flatten.Call(_values)[0]).Dispose();

    /// <summary>Vector to variables.</summary>
    [Benchmark]
    public void Split()
    {
        foreach (Tensor value in Mode == "eager" ? _vector.Split(_flat) : _split.Call(_flat))
            value.Dispose();
    }
}
