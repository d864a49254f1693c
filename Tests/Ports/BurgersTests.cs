using TfLbfgs.Gradients;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Ports;

/// <summary>u, u_t, u_x and u_xx of a network.</summary>
internal sealed class GradientLayer(Model network) : Layer
{
    protected override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        PartialDerivatives u = Derivatives.Of(network, inputs[0]);
        return [u.Value, u[0], u[1], u[1, 1]];
    }
}

/// <summary>Burgers' equation by a functional model of three inputs, float32, and SciPy's L-BFGS-B. After okada39/pinn_burgers.</summary>
internal static class Burgers
{
    public static Model Network(params long[] layers)
    {
        KerasTensor tx = KerasTensor.Input([2]);
        KerasTensor hidden = layers.Aggregate(tx, (x, units) => new Dense(units, "tanh") { KernelInitializer = new HeNormal() }.Apply(x));
        return new Model(tx, new Dense(1) { KernelInitializer = new HeNormal() }.Apply(hidden));
    }

    public static Model Pinn(Model network, double viscosity)
    {
        KerasTensor equation = KerasTensor.Input([2]), initial = KerasTensor.Input([2]), boundary = KerasTensor.Input([2]);
        IReadOnlyList<KerasTensor> u = new GradientLayer(network).Apply([equation]);
        Tensor residual = u[1] + u[0] * u[2] - viscosity * u[3];
        return new Model([equation, initial, boundary], [residual, network.Apply(initial), network.Apply(boundary)]);
    }

    public static History Train(Model pinn, TrainingData data, int iterations = 5000)
    {
        LbfgsOptions options = LbfgsOptions.SciPyCompatible with { MemoryLength = 50, MaxLineSearchTrials = 50, MaxIterations = iterations };
        double third = 1 / 3.0;
        pinn.Compile(
            new LbfgsOptimizer(options) { VectorDType = DType.Float64 },
            new CompileOptions { Losses = ["mse", "mse", "mse"], LossWeights = [third, third, third] });
        return pinn.Fit(data, new FitOptions { Epochs = iterations });
    }
}

public class BurgersTests : LeakChecked
{
    [Fact]
    public void Fit_ByLbfgs_GivesThePythonFigures()
    {
        using TensorScope scope = new();
        double[][] unit = PortFigures.Points(24, 2);
        double[] zeros = new double[24], x = Array.ConvertAll(unit[0], p => (2 * p) - 1);
        TrainingData data = new(
            [
                PortFigures.Columns(DType.Float32, unit[0], Array.ConvertAll(unit[1], p => (2 * p) - 1)),
                PortFigures.Columns(DType.Float32, zeros, x),
                PortFigures.Columns(DType.Float32, unit[1], Array.ConvertAll(unit[0], p => (2 * Math.Round(p)) - 1)),
            ],
            [
                PortFigures.Columns(DType.Float32, zeros),
                PortFigures.Columns(DType.Float32, Array.ConvertAll(x, p => Math.Sin(-Math.PI * p))),
                PortFigures.Columns(DType.Float32, zeros),
            ]);
        using Model network = Burgers.Network(8, 6, 8), pinn = Burgers.Pinn(network, 0.01 / Math.PI);
        PortFigures.SetWeights(network.TrainableVariables);
        History history = Burgers.Train(pinn, data, iterations: 6);
        Assert.Equal(6, history.Epochs.Count);
        PortFigures.Of("burgers").Check(((LbfgsOptimizer)pinn.RequireMethod()).Result!, 2e-6, 1e-3);
    }
}
