using System.Text;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Saving;

/// <summary>
/// Weights of models within models: identified by path and name, regardless of what is frozen. The files of Data were written by Keras 2
/// and 3 with
/// the programs beside them.
/// </summary>
public sealed class NestedWeightsTests : LeakChecked
{
    private readonly TensorScope _scope = new();
    private readonly Tensor _x = Tensor.From<float>([.. Enumerable.Range(0, 12).Select(i => (float)Math.Sin(i + 1))], [3, 4]);

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void LoadWeights_OtherLayersFrozen_GivesTheSameFunction(bool savedTrains, bool otherTrains)
    {
        using ScratchFolder folder = new();
        foreach (Func<bool, Model> make in new Func<bool, Model>[] { Nested, Wrapped, Deep })
        {
            using Model saved = make(savedTrains), other = make(otherTrains);
            Scramble(other);
            saved.SaveWeights(folder.File("w.h5"));
            LoadReport report = other.LoadWeights(folder.File("w.h5"));
            Assert.Empty(report.Mismatches);
            Assert.Equal(saved.Predict(_x).ToArray<float>(), other.Predict(_x).ToArray<float>());
        }
    }

    [Fact]
    public void LoadWeights_ThawedSinceTheSave_GivesTheSameFunction()
    {
        using ScratchFolder folder = new();
        using Model model = Nested(train: false);
        float[] before = model.Predict(_x).ToArray<float>();
        model.SaveWeights(folder.File("w.h5"));
        Inner(model).Layers.First(layer => layer.Name == "b").Trainable = true;
        Scramble(model);
        model.LoadWeights(folder.File("w.h5"));
        Assert.Equal(before, model.Predict(_x).ToArray<float>());
    }

    [Theory]
    [InlineData("k2_nested_frozen", true)]
    [InlineData("k2_nested_frozen", false)]
    [InlineData("k2_nested_trainable", false)]
    [InlineData("k3_nested_frozen", true)]
    [InlineData("k3_nested_frozen", false)]
    public void LoadWeights_FilesOfKeras_AreTheFunctionOfTheWholeModel(string file, bool train)
    {
        using Model whole = Model.Load(DataFile(file));
        using Model other = Nested(train, withHead: true);
        other.LoadWeights(DataFile(file));
        Assert.Equal(whole.Predict(_x).ToArray<float>(), other.Predict(_x).ToArray<float>());
    }

    [Fact]
    public void LoadWeights_RenamedNestedLayersSomeFrozen_AreRefused()
    {
        using ScratchFolder folder = new();
        using Model saved = Nested(train: true), other = Nested(train: false, prefix: "other_");
        saved.SaveWeights(folder.File("w.h5"));
        Assert.Throws<WeightsMismatchException>(() => other.LoadWeights(folder.File("w.h5")));
    }

    [Theory]
    [InlineData("k3_wrap", 1)]
    [InlineData("k3_wrap2", 2)]
    [InlineData("k3_deep2", 0)]
    public void Load_Keras3OutputOfANestedModel_IsThatOfItsCall(string file, int calls)
    {
        using Model model = Model.Load(DataFile(file));
        Tensor output = model.Predict(_x);
        if (calls > 0)
        {
            Tensor expected = _x;
            for (int i = 0; i < calls; i++)
                expected = Inner(model).Predict(expected);
            Assert.Equal(expected.ToArray<float>(), output.ToArray<float>());
        }

        using ScratchFolder folder = new();
        model.Save(folder.File("m.h5"));
        using Model again = Model.Load(folder.File("m.h5"));
        Assert.Equal(output.ToArray<float>(), again.Predict(_x).ToArray<float>());
    }

    [Theory]
    [InlineData("k3_silent", 1)]
    [InlineData("k3_silent3", 2)]
    public void Load_Keras3OutputsOfSeveralCalls_AreThoseOfEachCall(string file, int outputs)
    {
        using Model model = Model.Load(DataFile(file));
        Tensor[] received = model.Call([_x]);
        Tensor expected = _x;
        for (int i = 0; i < outputs; i++)
        {
            expected = Inner(model).Predict(expected);
            Assert.Equal(expected.ToArray<float>(), received[i].ToArray<float>());
        }
    }

    [Fact]
    public void Save_FunctionalModelWithinOne_HasNoModuleThatKeras3LooksFor()
    {
        using ScratchFolder folder = new();
        using Model model = Nested(train: true);
        model.Save(folder.File("m.h5"));
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(folder.File("m.h5")));
        Assert.DoesNotContain("\"module\":\"keras\",\"registered_name\":null,\"name\":\"inner\"", text, StringComparison.Ordinal);
        Assert.Contains("\"class_name\":\"Functional\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Variables_OfNestedModels_HaveDifferentNames()
    {
        using Model model = Deep(train: true);
        string[] names = [.. model.Variables.Select(variable => variable.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Contains("mid/inner/b/kernel", names);
    }

    [Fact]
    public void SaveWeights_SharedLayerInTwoPlaces_IsWrittenOnce()
    {
        using ScratchFolder folder = new();
        KerasTensor i = KerasTensor.Input([4]);
        Dense shared = new(4, "tanh", name: "shared");
        using Model model = new(i, new Dense(2, name: "head").Apply(shared.Apply(shared.Apply(i))));
        Assert.Equal(4, model.Variables.Count);
        float[] before = model.Predict(_x).ToArray<float>();
        model.Save(folder.File("m.h5"));
        using Model again = Model.Load(folder.File("m.h5"));
        Assert.Equal(before, again.Predict(_x).ToArray<float>());
    }

    protected override void Dispose(bool disposing)
    {
        _x.Dispose();
        _scope.Dispose();
        base.Dispose(disposing);
    }

    private static string DataFile(string name) => Path.Combine(Checkout.Root, "Tests", "Keras", "Saving", "Data", $"{name}.h5");

    private static Model Inner(Model model) => model.Layers.OfType<Model>().Single();

    private static void Scramble(Model model) =>
        model.SetWeights([.. model.GetWeights().Select(weights => weights.Select((_, i) => Math.Cos(i)).ToArray())]);

    private static Model Chain(bool train, string prefix)
    {
        KerasTensor i = KerasTensor.Input([4]);
        KerasTensor h = new Dense(4, name: prefix + "a").Apply(i);
        h = new Dense(4, name: prefix + "b") { Trainable = train }.Apply(h);
        return new Model(i, new Dense(4, name: prefix + "c").Apply(h), "inner");
    }

    private static Model Nested(bool train) => Nested(train, withHead: false);

    private static Model Nested(bool train, bool withHead = false, string prefix = "")
    {
        KerasTensor o = KerasTensor.Input([4]);
        KerasTensor h = Chain(train, prefix).Apply(o);
        return new Model(o, withHead ? new Dense(2, name: "head").Apply(h) : h, "outer");
    }

    private static Model Wrapped(bool train)
    {
        Sequential inner = new("inner") { new InputLayer([4]), new Dense(4, name: "a") { Trainable = train }, new Dense(4, name: "b") };
        inner.Build();
        KerasTensor o = KerasTensor.Input([4]);
        return new Model(o, inner.Apply(o), "outer");
    }

    private static Model Deep(bool train)
    {
        KerasTensor m = KerasTensor.Input([4]), o = KerasTensor.Input([4]);
        Model mid = new(m, new Dense(4, name: "a").Apply(Chain(train, "").Apply(m)), "mid");
        return new Model(o, mid.Apply(o), "outer");
    }
}
