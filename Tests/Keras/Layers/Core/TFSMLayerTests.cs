using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Optimization;
using TfLbfgs.SavedModels;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Core;

public sealed class TFSMLayerTests : LeakChecked
{
    [Fact]
    public void Call_ExportedModel_IsPartOfAnother()
    {
        using ScratchFolder folder = new();
        using TensorScope scope = new();
        using Sequential part = new() { new InputLayer([3]), new Dense(4, "tanh"), new Dropout(0.5), new Dense(2) };
        part.Export(folder.File("part"));
        Tensor x = Tensor.From<float>([.. Enumerable.Range(0, 15).Select(i => (i - 7) / 5f)], [5, 3]);
        using TFSMLayer layer = new(folder.File("part"), Endpoint(folder.File("part")));
        using Sequential model = new() { new InputLayer([3]), layer, new Dense(1) };
        Assert.Equal(part.Call(x).ToArray<float>(), layer.Call(x).ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(part.Variables.Count, layer.TrainableVariables.Count);
        Assert.Equal(part.Variables.Count + 2, model.TrainableVariables.Count);
        Assert.Equal(model.Variables.Count, model.Variables.Select(variable => variable.Name).Distinct().Count());

        // L-BFGS trains the variables of the SavedModel, too.
        Tensor y = Tf.ReduceSum(Tf.Sin(x), [1], keepDims: true);
        float[] before = layer.Variables[0].Value.ToArray<float>();
        using (ModelObjective objective = new(model, "mse", x, y))
        using (LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 20 }))
            Assert.True(result.Loss < 0.05, result.ToString());
        Assert.NotEqual(before, layer.Variables[0].Value.ToArray<float>());
        layer.Trainable = false;
        Assert.Equal(2, model.TrainableVariables.Count);
    }

    [Fact]
    public void Create_UnknownEndpoint_NamesThoseThatAre()
    {
        using ScratchFolder folder = new();
        using Sequential part = new() { new InputLayer([3]), new Dense(1) };
        part.Export(folder.File("part"));
        TfLbfgsException e = Assert.ThrowsAny<TfLbfgsException>(() => new TFSMLayer(folder.File("part"), "predictions"));
        Assert.Contains("serving_default", e.Message, StringComparison.Ordinal);
        Assert.Contains("'predictions'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FileThatNamesASavedModel_RefusesToOpenIt()
    {
        using ScratchFolder folder = new();
        using Sequential part = new() { new InputLayer([3]), new Dense(1) };
        part.Export(folder.File("part"));
        using Sequential model = new() { new InputLayer([3]), new TFSMLayer(folder.File("part"), Endpoint(folder.File("part"))) };
        model.Save(folder.File("model.keras"));
        TfLbfgsException e = Assert.ThrowsAny<TfLbfgsException>(() => Model.Load(folder.File("model.keras")));
        Assert.Contains("new TFSMLayer(path)", e.Message, StringComparison.Ordinal);
        model.LoadWeights(folder.File("model.keras"));
    }

    private static string Endpoint(string folder)
    {
        using SavedModelBundle bundle = SavedModelBundle.Load(folder);
        return bundle.Functions.ContainsKey("serve") ? "serve" : "serving_default";
    }
}
