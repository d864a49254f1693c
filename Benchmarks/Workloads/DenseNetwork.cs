using System.Globalization;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Workloads;

/// <summary>A dense network over one flat vector: kernel, bias, kernel, bias, ..., each row-major; the last layer is linear.</summary>
internal sealed class DenseNetwork : IDisposable
{
    private const uint FirstSeed = 1000;

    private readonly Func<Tensor, Tensor> _activation;
    private readonly ParameterVector _vector;

    /// <summary>Lays the network out.</summary>
    /// <param name="widths">Of the input and of every layer.</param>
    /// <param name="dtype">Of the parameters.</param>
    /// <param name="activation">Of all layers but the last.</param>
    public DenseNetwork(IReadOnlyList<int> widths, DType dtype, Func<Tensor, Tensor> activation)
    {
        _activation = activation;
        List<(string, Shape, DType)> parameters = [];
        for (int layer = 1; layer < widths.Count; layer++)
        {
            parameters.Add(
                (string.Create(CultureInfo.InvariantCulture, $"kernel_{layer}"), new[] { widths[layer - 1], widths[layer] }, dtype));
            parameters.Add((string.Create(CultureInfo.InvariantCulture, $"bias_{layer}"), new[] { widths[layer] }, dtype));
        }

        _vector = new ParameterVector(ParameterLayout.Of(parameters), FlattenRoute.Split);
    }

    /// <summary>Glorot-uniform kernels and zero biases as one vector of float64; variable k has seed 1000 + k.</summary>
    public static double[] InitialParameters(IReadOnlyList<int> widths)
    {
        List<double> values = [];
        for (int layer = 1; layer < widths.Count; layer++)
        {
            (int inputs, int outputs) = (widths[layer - 1], widths[layer]);
            double limit = Math.Sqrt(6.0 / (inputs + outputs));
            values.AddRange(SplitMix64.Uniform(FirstSeed + (uint)(2 * (layer - 1)), inputs * outputs).Select(u => ((2 * u) - 1) * limit));
            values.AddRange(new double[outputs]);
        }

        return [.. values];
    }

    /// <summary>The variables in a vector.</summary>
    public Tensor[] Variables(Tensor position) => _vector.Split(position);

    /// <summary>The outputs, [rows, last width].</summary>
    public Tensor Forward(Tensor[] variables, Tensor x)
    {
        for (int i = 0; i < variables.Length - 2; i += 2)
            x = _activation(Tf.MatMul(x, variables[i]) + variables[i + 1]);
        return Tf.MatMul(x, variables[^2]) + variables[^1];
    }

    public void Dispose() => _vector.Dispose();
}
