using System.Text.Json;
using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Gradients;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Operations;

/// <summary>The facade against values, and some gradients, that Python's functions gave.</summary>
[Trait("Category", "Reference")]
public sealed class TfReferenceTests : LeakChecked
{
    // They have a state on the host, or read values there.
    private static readonly string[] EagerOnly = ["generator", "set_seed", "samplers", "dropout_seed"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Function_OfReference_HasPythonsValues(bool traced)
    {
        ReferenceReport report = new(traced ? "tf/functions (traced)" : "tf/functions");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("tf", "functions.json")));
        foreach (JsonElement entry in document.RootElement.GetProperty("entries").EnumerateArray())
        {
            string id = entry.GetProperty("id").GetString()!;
            if (!TfFunctionTable.Known.TryGetValue(id, out Func<Tensor[], Tensor[]>? f) || (traced && EagerOnly.Contains(id)))
                report.Skip();
            else
                report.Check(id, () => Check(entry, f, traced));
        }

        report.Finish();
    }

    private static void Check(JsonElement entry, Func<Tensor[], Tensor[]> f, bool traced)
    {
        using TensorScope scope = new();
        Tensor[] inputs = [.. entry.GetProperty("inputs").EnumerateArray().Select(input => new ReferenceTensor(input).ToTensor())];
        bool derives = entry.TryGetProperty("grads", out JsonElement grads);
        Tensor?[] results;
        if (traced)
        {
            bool[] exists = [];
            using Function function = new(given =>
            {
                Tensor?[] all = Run(f, given, derives);
                exists = Array.ConvertAll(all, tensor => tensor is not null);
                return [.. all.OfType<Tensor>()];
            });
            Tensor[] called = function.Call(inputs);
            int next = 0;
            results = Array.ConvertAll(exists, there => there ? called[next++] : null);
        }
        else
        {
            results = Run(f, inputs, derives);
        }

        int at = 0;
        foreach (JsonElement output in entry.GetProperty("outputs").EnumerateArray())
        {
            new ReferenceTensor(output).AssertMatches(results[at], 1e-9, $"output {at}");
            at++;
        }

        for (int i = 0; derives && i < inputs.Length; i++, at++)
        {
            if (ReferenceTensor.From(grads[i]) is { } expected)
                expected.AssertMatches(results[at], 1e-7, $"gradient {i}");
            else
                Assert.True(results[at] is null, $"gradient {i}: expected null, received {results[at]}");
        }
    }

    private static bool IsWatched(Tensor input) => input.DType.IsDifferentiable;

    /// <summary>The results, and the gradients of the sum of the squares of the first.</summary>
    private static Tensor?[] Run(Func<Tensor[], Tensor[]> f, Tensor[] inputs, bool derives)
    {
        if (!derives)
            return f(inputs);
        using GradientTape tape = new(persistent: true);
        foreach (Tensor input in inputs.Where(IsWatched))
            tape.Watch(input);
        Tensor[] outputs = f(inputs);
        Tensor loss = Tf.ReduceSum(Tf.Square(Tf.Abs(outputs[0])));
        return [.. outputs, .. inputs.Select(input => IsWatched(input) ? tape.GradientOrNull(loss, input) : null)];
    }
}
