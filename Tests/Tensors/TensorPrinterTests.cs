using System.Text.Json;
using TfLbfgs.Functions;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Gradients;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Tensors;

/// <summary>Printing, against what Python TensorFlow prints (<c>numpy_prints.py</c> wrote the expectations).</summary>
public class TensorPrinterTests : LeakChecked
{
    public static TheoryData<int> Cases() => [.. Enumerable.Range(0, Expectations.Value.Length)];

    private static Lazy<JsonElement[]> Expectations { get; } = new(() =>
        [.. JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Checkout.Root, "Tests", "Tensors", "numpy_prints.json"))).RootElement.EnumerateArray()]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void ToString_OfRecordedTensor_IsWhatPythonPrints(int index)
    {
        JsonElement entry = Expectations.Value[index];
        using Tensor tensor = new ReferenceTensor(entry).ToTensor();
        Assert.Equal(entry.GetProperty("text").GetString(), tensor.ToString());
    }

    [Fact]
    public void ToString_OfSymbolicTensor_HasNoValues()
    {
        string text = "";
        using Function function = new(x =>
        {
            text = x.ToString();
            return x * 2;
        });
        using Tensor input = Tensor.From([1.0, 2.0]);
        using Tensor result = function.Call(input)[0];
        Assert.Equal("tf.Tensor(shape=(2,), dtype=float64)", text);
    }

    [Fact]
    public void ToString_OfDisposedTensor_SaysSo()
    {
        Tensor tensor = Tensor.Scalar(1.0);
        tensor.Dispose();
        Assert.Equal("tf.Tensor(disposed)", tensor.ToString());
    }
}
