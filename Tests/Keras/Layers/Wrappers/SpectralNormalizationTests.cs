using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Wrappers;

public sealed class SpectralNormalizationTests : LeakChecked
{
    private readonly TensorScope _scope = new();
    private readonly Tensor _x = Tf.Constant(new[,] { { 1f, 2, 3 }, { -1, 0, 2 } });

    [Fact]
    public void Call_ManyTimesInTraining_LeavesAKernelOfLargestSingularValueOne()
    {
        using Dense dense = new(4, useBias: false);
        using SpectralNormalization layer = new(dense, powerIterations: 3);
        for (int i = 0; i < 20; i++)
            layer.Call(_x, training: true);
        Assert.Equal(1, Tf.Linalg.SpectralNorm(dense.Kernel!.Value).ToDouble(), 1e-4);
        double[] kernel = dense.Kernel.Value.ToDoubles();
        Assert.Equal(Tf.MatMul(_x, dense.Kernel.Value).ToDoubles(), layer.Call(_x).ToDoubles());
        Assert.Equal(kernel, dense.Kernel.Value.ToDoubles());
    }

    [Fact]
    public void Call_KernelOfZeros_StaysZeros()
    {
        using SpectralNormalization layer =
            new(new Dense(4, useBias: false) { KernelInitializer = new TfLbfgs.Keras.Initializers.Zeros() });
        Assert.Equal(new double[8], layer.Call(_x, training: true).ToDoubles());
        Assert.All(layer.Variables, variable => Assert.All(variable.Value.ToDoubles(), value => Assert.True(double.IsFinite(value))));
    }

    /// <summary>An objective depends on parameters and data alone, so its evaluations use the kernel as it is.</summary>
    [Fact]
    public void Objective_OfTheLayer_ChangesNoValues()
    {
        using Sequential model = new() { new InputLayer([3]), new SpectralNormalization(new Dense(1)) };
        IEnumerable<double> before = [.. model.Variables.SelectMany(variable => variable.Value.ToDoubles())];
        using ModelOutput output = model.Forward([_x], training: true, applyUpdates: false);
        Assert.Equal(model.Predict(_x).ToDoubles(), output.Values[0].ToDoubles());
        Assert.Equal(before, model.Variables.SelectMany(variable => variable.Value.ToDoubles()));
    }

    [Fact]
    public void Call_LayerWithoutKernel_IsRefused()
    {
        using SpectralNormalization layer = new(new LayerNormalization());
        Assert.Contains("a variable 'kernel' or 'embeddings'", Assert.Throws<TfLbfgsException>(() => layer.Call(_x)).Message,
            StringComparison.Ordinal);
        Assert.Contains("power_iterations", Assert.Throws<TfLbfgsException>(() => new SpectralNormalization(new Dense(1), 0)).Message,
            StringComparison.Ordinal);
    }

    protected override void Dispose(bool disposing)
    {
        _scope.Dispose();
        base.Dispose(disposing);
    }
}
