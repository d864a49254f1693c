using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Operations;

/// <summary>What we write of operations, judged by real Keras 2 and 3.</summary>
[Trait("Category", "Peers")]
public sealed class OperationPeersTests : LeakChecked
{
    /// <summary>Opens each model and prints the largest difference of its output.</summary>
    private const string Script = """
        import json, sys, numpy as np
        generation, path = sys.argv[1], sys.argv[2]
        if generation == '2':
            import tf_keras as keras
        else:
            import keras
        for case in json.load(open(path)):
            try:
                model = keras.models.load_model(case['file'], compile=False)
                x = [np.array(v, dtype='float32').reshape(2, 3, 4) for v in case['inputs']]
                y = np.asarray(model(x)).ravel()
                print(case['name'], 'equal' if np.allclose(y, case['output'], rtol=1e-5, atol=1e-6) else 'values differ', flush=True)
            except Exception as e:
                print(case['name'], repr(e)[:300].replace('\n', ' '), flush=True)
        """;

    [Theory]
    [InlineData(KerasGeneration.Keras2)]
    [InlineData(KerasGeneration.Keras3)]
    public void Write_ModelsOfOperations_OpenInRealKerasWithTheSameOutputs(KerasGeneration generation)
    {
        Peers.Require();
        using TensorScope scope = new();
        using ScratchFolder folder = new();
        List<object> cases = [];
        double[][] inputs = [RecordedFormsTests.Numbers(0.1).ToDoubles(), RecordedFormsTests.Numbers(0.7).ToDoubles()];
        foreach ((string name, Func<Tensor, Tensor, Tensor> function) in RecordedFormsTests.Functions)
        {
            using Model model = RecordedFormsTests.Make(function, generation);
            Tensor x = RecordedFormsTests.Numbers(0.1), y = RecordedFormsTests.Numbers(0.7);
            double[] output = model.Predict([x, y])[0].ToDoubles();
            foreach (string extension in generation == KerasGeneration.Keras2 ? (string[])["h5"] : ["keras", "h5"])
            {
                string file = folder.File($"{cases.Count}.{extension}");
                model.Save(file);
                cases.Add(new { name = $"{name}, {extension}", file, inputs, output });
            }
        }

        string list = folder.File("cases.json");
        File.WriteAllText(list, JsonSerializer.Serialize(cases));
        string text = Peers.Run(Script, $"{(int)generation}", list);
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(cases.Count, lines.Length);
        Assert.All(lines, line => Assert.EndsWith(" equal", line, StringComparison.Ordinal));
    }
}
