using TfLbfgs.Gradients;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Ports;

/// <summary>
/// Flow in a channel of height H and length L, float64: the form of the solution meets the boundary conditions with any network.
/// By tfp's L-BFGS. After a program whose repository the index does not name.
/// </summary>
internal sealed class Channel(
    double density, double height, double length, double pressureSlope, double viscosity, int hidden = 4, int width = 20) : Model(dtype: DType.Float64)
{
    private readonly Sequential _net = [.. Enumerable.Range(0, hidden).Select(_ => new Dense(width, "tanh")), new Dense(2)];

    public LbfgsResult Train(Tensor points, int iterations = 100)
    {
        using VariableObjective objective = VariableObjective.Of(TrainableVariables, data => Tf.ReduceMean(Tf.Square(Residual(data[0]))), [points]);
        return Lbfgs.Minimize(objective, LbfgsOptions.TfpCompatible with { MaxIterations = iterations });
    }

    protected override Tensor Call(Tensor input, CallContext context)
    {
        Tensor x = input[.., ..1], y = input[.., 1..2], t = input[.., 2..];
        Tensor alongX = Tf.Concat([0 * x + 1, 0 * x, 0 * x], 1);
        Tensor Net(Tensor point) => _net.Call(point);
        Tensor Part(Tensor at, Tensor time) => Net(Tf.Concat([x, at, time], 1)) - Net(Tf.Concat([0 * x, at, time], 1))
            - x * Derivatives.JacobianVectorProduct(Net, Tf.Concat([0 * x + length, at, time], 1), alongX);
        Tensor Change(Tensor at) => Part(at, t) - Part(at, 0 * t);
        Tensor low = Change(0 * y - height / 2), high = Change(0 * y + height / 2);
        return Change(y) + ((2 * y - height) * low - (height + 2 * y) * high) / (2 * height);
    }

    private Tensor Residual(Tensor points)
    {
        PartialDerivatives w = Derivatives.Of(this, points);
        Tensor u = w.Value[.., ..1], v = w.Value[.., 1..];
        Tensor momentum = density * (w[2] + u * w[0] + v * w[1]) - viscosity * w.Laplacian(0, 1);
        Tensor continuity = w[0][.., ..1] + w[1][.., 1..];
        return Tf.Square(continuity) + Tf.Square(momentum[.., ..1] + pressureSlope) + Tf.Square(momentum[.., 1..]);
    }
}

public class ChannelTests : LeakChecked
{
    [Fact]
    public void Minimize_ByTfpsRules_GivesThePythonFigures()
    {
        using TensorScope scope = new();
        double[][] unit = PortFigures.Points(12, 3);
        using Channel model = new(density: 1, height: 1, length: 2, pressureSlope: -0.5, viscosity: 0.1, hidden: 1, width: 6);
        model.Build([-1, 3]);
        PortFigures.SetWeights(model.TrainableVariables);
        Tensor points = PortFigures.Columns(DType.Float64, Array.ConvertAll(unit[0], p => 2 * p), Array.ConvertAll(unit[1], p => p - 0.5), unit[2]);
        using LbfgsResult result = model.Train(points, iterations: 4);
        PortFigures figures = PortFigures.Of("channel");
        figures.Check(result, 1e-11, 1e-8);
        Assert.Equal(figures["evaluations"], result.Evaluations);
    }
}
