using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

public sealed class IntegerLookupTests : LeakChecked
{
    [Fact]
    public void GetConfig_LargeIntegers_AreKeptExactly()
    {
        using IntegerLookup layer = new([long.MaxValue, long.MaxValue - 1]);
        System.Text.Json.JsonElement config = System.Text.Json.JsonSerializer.SerializeToElement(layer.GetConfig());
        using IntegerLookup again =
            (IntegerLookup)TfLbfgs.Keras.Serialization.KerasRegistry.FromConfig<Layer>("IntegerLookup", config, KerasGeneration.Keras3);
        Assert.Equal([-1, long.MaxValue, long.MaxValue - 1], again.GetVocabulary());
        using TensorScope scope = new();
        Assert.Equal([2L, 0], again.Call(Tensor.From<long>([long.MaxValue - 1, 3])).ToArray<long>());
    }

    [Fact]
    public void Call_Float64Model_CountsInItsDType()
    {
        using TensorScope scope = new();
        using Sequential model = new(DType.Float64) { new IntegerLookup([5, 7], CategoryOutput.Count), new Dense(2) };
        Assert.Equal(Shape.Create([2, 2]), model.Call(Tensor.From<long>([[5, 5], [1, 7]])).Shape);
        Assert.Equal(DType.Float64, model.Layers[0].Call(Tensor.From<long>([[5, 5]])).DType);
    }

    [Fact]
    public void Create_SaltWithItsHash_SpreadsUnknownIntegers()
    {
        using TensorScope scope = new();
        using IntegerLookup remainder = new([5], unknownIndices: 3), hashed = new([5], unknownIndices: 3) { Salt = [1, 2] };
        Assert.True(hashed.HashesUnknown);
        Assert.Equal([3L, 1, 2], remainder.Call(Tensor.From<long>([5, 7, -1])).ToArray<long>());
        Assert.All(hashed.Call(Tensor.From<long>([7, -1])).ToArray<long>(), number => Assert.InRange(number, 0, 2));
    }
}
