using System.Text.Json;
using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Keras;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Networks;

/// <summary>A network that Keras saved, with the passes that <c>keras_networks.py</c> times, each as one function.</summary>
internal sealed class LoadedNetwork : IDisposable
{
    private readonly Model _model;
    private readonly Tensor _x;
    private readonly Tensor _y;
    private readonly Dictionary<string, Function> _passes;

    /// <summary>Loads it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="description">Shapes and dtype of the data, as Keras reported them.</param>
    /// <param name="compile">Whether XLA compiles the passes.</param>
    public LoadedNetwork(string file, JsonElement description, bool compile)
    {
        _model = Model.Load(file);
        _x = Data(description.GetProperty("input"), i => Math.Sin(1.7 * i));
        _y = Data(description.GetProperty("output"), i => Math.Cos(0.3 * i));
        FunctionOptions options = new() { Compile = compile };
        _passes = new Dictionary<string, Function>
        {
            ["forward"] = new(_ => [_model.Call(_x)], options with { Name = "forward" }),
            ["gradient"] = new(_ => LossAndGradients(), options with { Name = "gradient" }),
        };
    }

    /// <summary>The mean squared error.</summary>
    public double Loss => Run("gradient")[0];

    /// <summary>Runs a pass and reads its first result.</summary>
    public double[] Run(string pass)
    {
        Tensor[] results = _passes[pass].Call();
        double[] read = _x.DType == DType.Float64
            ? results[0].ToArray<double>() : Array.ConvertAll(results[0].ToArray<float>(), v => (double)v);
        foreach (Tensor result in results)
            result.Dispose();
        return read;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Function pass in _passes.Values)
            pass.Dispose();
        _x.Dispose();
        _y.Dispose();
        _model.Dispose();
    }

    private Tensor[] LossAndGradients()
    {
        using GradientTape tape = new();
        Tensor loss = Tf.ReduceMean(Tf.Square(_model.Call(_x) - _y));
        return [loss, .. tape.Gradient(loss, [.. _model.TrainableVariables])];
    }

    private Tensor Data(JsonElement shape, Func<int, double> element)
    {
        Shape of = Shape.Create([.. shape.EnumerateArray().Select(size => size.GetInt64())]);
        double[] values = [.. Enumerable.Range(0, (int)of.ElementCount).Select(element)];
        return _model.DType == DType.Float64
            ? Tensor.From<double>(values, of) : Tensor.From<float>(Array.ConvertAll(values, v => (float)v), of);
    }
}
