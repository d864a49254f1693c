using System.Text.Json;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.RawOperations;

/// <summary>The values of every one-op case of the reference data, called through the generated methods.</summary>
[Trait("Category", "Reference")]
public sealed class RawOpsReferenceTests : LeakChecked
{
    [Theory]
    [InlineData("cast_complex")]
    [InlineData("gather_scatter")]
    [InlineData("math_binary")]
    [InlineData("math_grad_ops")]
    [InlineData("math_unary")]
    [InlineData("matmul_linalg")]
    [InlineData("nn_activation")]
    [InlineData("nn_conv_pool")]
    [InlineData("nn_norm")]
    [InlineData("random")]
    [InlineData("reduction")]
    [InlineData("segment")]
    [InlineData("shape")]
    [InlineData("string_misc")]
    public void Call_EveryCase_GivesTheRecordedValues(string family)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(ReferenceRoot.Require("ops", family + ".json")));
        var report = new ReferenceReport($"ops/{family} values");
        foreach (JsonElement entry in document.RootElement.GetProperty("entries").EnumerateArray())
        {
            if (entry.TryGetProperty("op", out _) && entry.TryGetProperty("outputs", out _))
                report.Check(entry.GetProperty("id").GetString()!, () => Check(entry, family));
            else
                report.Skip();
        }

        report.Finish();
    }

    private static void Check(JsonElement entry, string family)
    {
        using var scope = new TensorScope();
        string op = entry.GetProperty("op").GetString()!;
        object[] inputs = [.. entry.GetProperty("inputs").EnumerateArray().Select(Input)];
        Dictionary<string, object?> attributes = entry.GetProperty("attrs").EnumerateObject()
            .ToDictionary(a => a.Name, a => Value(a.Value));

        Tensor[] outputs = RawOpInvoker.Call(op, inputs, attributes);

        JsonElement[] expected = [.. entry.GetProperty("outputs").EnumerateArray()];
        Assert.Equal(expected.Length, outputs.Length);
        // What follows the first three outputs is scratch memory of the kernels, or a placeholder for it.
        int compared = op is "FusedBatchNormV3" or "FusedBatchNormGradV3" ? 3 : expected.Length;
        for (int i = 0; i < compared; i++)
        {
            if (expected[i].ValueKind != JsonValueKind.Null)
                ReferenceTensor.AssertEqual(expected[i], outputs[i], Tolerance(outputs[i].DType, family));
        }
    }

    private static double Tolerance(DType dtype, string family) => dtype switch
    {
        DType.Float64 or DType.Complex128 => family == "matmul_linalg" ? 1e-8 : 1e-10,
        DType.Float32 or DType.Complex64 => 1e-5,
        _ => 1e-2,
    };

    private static object Input(JsonElement input) => input.TryGetProperty("list", out JsonElement list)
        ? (object)list.EnumerateArray().Select(ReferenceTensor.Read).ToArray()
        : ReferenceTensor.Read(input);

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out long integer) ? integer : value.GetDouble(),
        JsonValueKind.Array => value.EnumerateArray().Select(Value).ToArray(),
        JsonValueKind.Object when value.TryGetProperty("type", out JsonElement type) => type.GetString(),
        JsonValueKind.Object when value.TryGetProperty("float", out JsonElement number) => number.ValueKind == JsonValueKind.String
            ? double.Parse(number.GetString()!, System.Globalization.CultureInfo.InvariantCulture)
            : number.GetDouble(),
        JsonValueKind.Object when value.TryGetProperty("shape", out JsonElement shape) => Value(shape),
        JsonValueKind.Null => null,
        _ => throw new NotSupportedException($"The reference data hold an attribute of an unknown form: {value}."),
    };
}
