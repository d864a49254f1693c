using TfLbfgs.Keras;
using TfLbfgs.Keras.Saving.Config;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Operations;

/// <summary>Functional models written with C# operators and functions: their architecture in both generations' forms, read again.</summary>
public sealed class RecordedFormsTests : LeakChecked
{
    /// <summary>Models of two inputs [batch, 3, 4], named.</summary>
    public static IReadOnlyDictionary<string, Func<Tensor, Tensor, Tensor>> Functions { get; } =
        new Dictionary<string, Func<Tensor, Tensor, Tensor>>(StringComparer.Ordinal)
        {
            ["operators"] = (x, y) => (2 * x) + (y / 3) - (1 - (x * y)),
            ["constant first"] = (x, y) => Tf.Maximum(Tensor.Scalar(0.5f), x) + (3 / y),
            ["constant array"] = (x, y) => (x * Tensor.From([1f, 2f, 3f, 4f])) + y,
            ["comparison"] = (x, y) => Tf.Where(Tf.LogicalAnd(x > y, y < 0.8), x, y),
            ["elementwise"] = (x, y) => Tf.Exp(Tf.Sin(x)) + Tf.Log1p(Tf.Abs(y)) + Tf.Sqrt(Tf.Square(x) + 1) + Tf.Math.Rsqrt(y) + Tf.Sign(x),
            ["activations"] = (x, y) =>
                Tf.NN.Relu(x - 0.5) + Tf.NN.Softmax(y) + Tf.NN.LeakyRelu(x - 0.5, 0.1f) + Tf.Sigmoid(x) + Tf.NN.Elu(y - 0.5)
                + Tf.NN.Softplus(x),
            ["reduction"] = (x, y) =>
                Tf.ReduceMean(x, [1], keepDims: true) + Tf.ReduceSum(y, [1, 2], keepDims: true) + Tf.ReduceMax(x, [-1], keepDims: true),
            ["slice"] = (x, y) => x[.., 1..3, ..2] + y[.., ..2, ^2..] + x[.., 0, TensorIndex.NewAxis, ..2]
                + y[TensorIndex.Ellipsis, TensorIndex.Slice(null, null, 2)][.., ..2],
            ["concatenation"] = (x, y) => Tf.Concat([x, y, x], axis: -1),
            ["stack"] = (x, y) => Tf.Stack([x, y], axis: 1),
            ["shapes"] = (x, y) =>
                Tf.Reshape(Tf.Transpose(x, [0, 2, 1]), [-1, 12]) + Tf.Reshape(Tf.Tile(Tf.ExpandDims(y, 1), 1, 1, 1, 1), [-1, 12]),
            ["product"] = (x, y) => Tf.MatMul(x, Tf.Transpose(y, [0, 2, 1])),
            ["cast"] = (x, y) => Tf.Cast(Tf.Cast(x * 10, DType.Int32), DType.Float32) + y,
            ["gather"] = (x, y) => Tf.Gather(x, Tensor.From([2, 0]), axis: 1) + Tf.Gather(y, Tensor.From([0, 1]), axis: 1),
            ["power"] = (x, y) => Tf.Pow(x, 2) + Tf.Pow(x, y) + Tf.StopGradient(x) + Tf.Floor(y * 3),
            ["squeeze"] = (x, y) => Tf.Squeeze(x[.., ..1] * y[.., ..1], 1),
        };

    public static TheoryData<string, KerasGeneration> Cases()
    {
        TheoryData<string, KerasGeneration> data = [];
        foreach (string name in Functions.Keys)
        {
            data.Add(name, KerasGeneration.Keras2);
            data.Add(name, KerasGeneration.Keras3);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Write_ModelOfOperations_IsReadAgain(string name, KerasGeneration generation)
    {
        using TensorScope scope = new();
        using Model model = Make(Functions[name], generation);
        using Model read = Model.FromJson(ModelConfigWriter.Write(model, []));
        Tensor[] x = [Numbers(0.1), Numbers(0.7)];
        Assert.Equal(model.Predict(x)[0].ToDoubles(), read.Predict(x)[0].ToDoubles());
    }

    [Fact]
    public void Write_OpWithoutAForm_IsRefusedByName()
    {
        using Model model = Make((x, y) => RawOps.Lgamma(x) + y, KerasGeneration.Keras3);
        Assert.Contains("the operation Lgamma has no form in Keras files",
            Assert.Throws<TfLbfgsException>(() => ModelConfigWriter.Write(model, [])).Message, StringComparison.Ordinal);
    }

    /// <summary>A model of two inputs [batch, 3, 4] of float32.</summary>
    internal static Model Make(Func<Tensor, Tensor, Tensor> function, KerasGeneration generation)
    {
        KerasTensor x = KerasTensor.Input([3, 4], DType.Float32), y = KerasTensor.Input([3, 4], DType.Float32);
        return new Model([x, y], [function(x, y)]) { Generation = generation };
    }

    /// <summary>Two samples between 0 and 1.</summary>
    internal static Tensor Numbers(double phase) =>
        Tensor.From<float>([.. Enumerable.Range(0, 24).Select(i => (float)(0.5 + (0.4 * Math.Sin(i + phase))))], [2, 3, 4]);
}
