using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Pooling;

/// <summary>
/// Adaptive pooling of volumes, for which Keras on a CPU has no kernel to record: where windows fit it is ordinary pooling.
/// </summary>
public sealed class AdaptivePooling3DTests : LeakChecked
{
    [Fact]
    public void Call_SizesThatDivide_IsPooling()
    {
        using TensorScope scope = new();
        Tensor x = Tf.Reshape(Tf.Sin(Tf.Range(4 * 6 * 2 * 3, DType.Float32)), [1, 4, 6, 2, 3]);
        using AdaptiveAveragePooling3D average = new((2, 3, 1));
        using AveragePooling3D averageOf = new((2, 2, 2));
        using AdaptiveMaxPooling3D max = new((2, 3, 1));
        using MaxPooling3D maxOf = new((2, 2, 2));
        Assert.All(averageOf.Call(x).ToDoubles().Zip(average.Call(x).ToDoubles()), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.Equal(maxOf.Call(x).ToDoubles(), max.Call(x).ToDoubles());
    }
}
