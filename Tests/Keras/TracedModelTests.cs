using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras;

/// <summary>Layers and losses in traced functions, with the size of the batch left open, and compiled by XLA.</summary>
public class TracedModelTests : LeakChecked
{
    [Theory]
    [InlineData("mse", "tanh", false)]
    [InlineData("mae", "softsign", false)]
    [InlineData("huber", "gelu", false)]
    [InlineData("binary_crossentropy", "sigmoid", false)]
    [InlineData("categorical_crossentropy", "softmax", false)]
    [InlineData("sparse_categorical_crossentropy", "softmax", false)]
    [InlineData("mse", "tanh", true)]
    [InlineData("sparse_categorical_crossentropy", "softmax", true)]
    public void Call_TracedWithAnyBatch_IsTheEagerLossAndGradient(string lossName, string last, bool compile)
    {
        using Sequential model = new(DType.Float64) { new InputLayer([3]), new Dense(5, "swish"),
            new Dense(4, last) { ActivityRegularizer = new TfLbfgs.Keras.Regularizers.L2(0.01) } };
        Loss loss = lossName;
        bool sparse = lossName.StartsWith("sparse", StringComparison.Ordinal);

        // Inputs and targets in one tensor: then one dimension changes, and after some traces it is left open.
        Tensor[] LossAndGradients(Tensor data)
        {
            using GradientTape tape = new();
            ModelOutput output = model.Forward(data[.., ..3]);
            Tensor total = loss.Call(sparse ? data[.., 3] : data[.., 3..], output) + output.RegularizationLoss!;
            return [total, .. tape.Gradient(total, model.TrainableVariables)];
        }

        _ = model.Variables;
        using Function function = new((Tensor[] data) => LossAndGradients(data[0]), new FunctionOptions { Compile = compile });
        for (int batch = 2; batch <= (compile ? 2 : 8); batch++)
        {
            using TensorScope scope = new();
            Tensor data = Data(batch, sparse ? 1 : 4);
            Tensor[] expected = LossAndGradients(data), actual = function.Call(data);
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
                KerasReference.AssertClose(expected[i].ToDoubles(), actual[i].ToDoubles(), 1e-13);
        }

        if (!compile)
            Assert.InRange(function.TraceCount, 1, 5);
    }

    [Fact]
    public void Compute_EveryActivationTraced_IsTheEagerOne()
    {
        foreach (string name in KerasRegistry.Names<ActivationFunction>())
        {
            ActivationFunction activation = name == "threshold"
                ? new ThresholdActivation(0.2, -1)
                : ActivationFunction.FromString(name);
            using Function function = new(activation.Apply);
            for (int batch = 1; batch <= 6; batch++)
            {
                using TensorScope scope = new();
                Tensor x = Values([batch, 4]);
                KerasReference.AssertClose(activation.Apply(x).ToDoubles(), function.Call(x)[0].ToDoubles(), 1e-14);
            }
        }
    }

    [Fact]
    public void Call_TracedWithMoreDimensions_IsTheEagerOne()
    {
        using Sequential model = new(DType.Float64) { new InputLayer([-1, 3]), new Dense(5, "tanh"), new Dropout(0.5), new Dense(2) };
        _ = model.Variables;
        using Function function = new(x => model.Call(x));
        for (int batch = 1; batch <= 6; batch++)
        {
            using TensorScope scope = new();
            Tensor x = Values([batch, 7 - batch, 3]);
            KerasReference.AssertClose(model.Call(x).ToDoubles(), function.Call(x)[0].ToDoubles(), 1e-14);
        }
    }

    private static Tensor Values(Shape shape) =>
        Tensor.From<double>([.. Enumerable.Range(0, (int)shape.ElementCount).Select(i => Math.Sin(i * 1.7) * 2)], shape);

    // Three inputs, then a class number or four targets that choose one.
    private static Tensor Data(int batch, int targets)
    {
        double[,] rows = new double[batch, 3 + targets];
        for (int i = 0; i < batch; i++)
        {
            for (int j = 0; j < 3; j++)
                rows[i, j] = Math.Sin((5 * i) + (1.7 * j)) * 2;
            rows[i, targets == 1 ? 3 : 3 + (i % 4)] = targets == 1 ? i % 4 : 1;
        }

        return Tensor.From(rows);
    }
}
