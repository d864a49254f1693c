using System.Text.Json;
using TfLbfgs.Gradients;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.SavedModels;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Keras;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.SavedModels;

public class SavedModelBundleTests : LeakChecked
{
    private static readonly Lazy<JsonElement> Expected = new(
        () => JsonDocument.Parse(File.ReadAllBytes(Data("expected.json"))).RootElement);

    [Fact]
    public void Load_TfModule_ShowsSignaturesFunctionsAndVariables()
    {
        using SavedModelBundle model = SavedModelBundle.Load(Data("tf_module"));
        Assert.Equal(["serve"], model.Tags);
        Assert.Equal("2.21.0", model.TensorFlowVersion);
        Assert.Equal("loss(target: float64(None, 2), x: float64(None, 2)) -> (output_0: float64())", model.Signatures["loss"].ToString());
        Assert.Equal(["bias float64(2,)", "calls int64()", "weight float64(2, 2)"],
            model.Variables.Select(v => v.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(["weight", "bias"], model.TrainableVariables.Select(v => v.Name).OrderDescending());
        Assert.Equal(["bias"], model.Signatures["scanned"].Variables.Select(v => v.Name));
        SavedFunction nested = Assert.Single(model.Functions["nested"]);
        Assert.Equal("nested(x: float64(None, 2)) -> (parts/0: float64(), parts/1/0: float64(None, 2), parts/1/1/deep: int32(2,), z: "
            + "float64(None, 2))", nested.ToString());
        Assert.Equal(2, model.Functions["scale"].Count);
    }

    [Fact]
    public void Call_FunctionsOfTfModule_ReturnWhatPythonReturns()
    {
        using TensorScope scope = new();
        using SavedModelBundle model = SavedModelBundle.Load(Data("tf_module"));
        Tensor x = Tensor.From<double>(new double[,] { { 1, 2 }, { 3, -1 } }), v = Tensor.From<double>([0.5, -0.25]);
        IReadOnlyDictionary<string, Tensor> nested = model.Functions["nested"][0].Call(("x", x));
        AssertEqual("z", nested["z"]);
        AssertEqual("sum", nested["parts/0"]);
        AssertEqual("shifted", nested["parts/1/0"]);
        AssertEqual("deep", nested["parts/1/1/deep"]);
        AssertEqual("branch", model.Signatures["branch"].Call(v)[0]);
        AssertEqual("branch_negative", model.Signatures["branch"].Call(v * -3)[0]);
        JsonElement[] chosen = [.. Expected.Value.GetProperty("tf_module").GetProperty("choose").EnumerateArray()];
        foreach ((int which, JsonElement expected) in (int[])[0, 1, 2, 7] is var indices ? indices.Zip(chosen) : [])
            KerasReference.AssertClose(
                expected, model.Signatures["choose"].Call(("x", v), ("which", Tensor.Scalar(which)))["output_0"], 1e-15);
        AssertEqual("summed", model.Signatures["summed"].Call(Tensor.Scalar(5L))[0]);
        Assert.Equal((long[])[1, 2],
            (long[])[model.Signatures["count"].Call()[0].ToScalar<long>(), model.Functions["count"][0].Call()[0].ToScalar<long>()]);
        Assert.Equal(2, model.Variables.Single(variable => variable.Name == "calls").Value.ToScalar<long>());
        foreach (SavedFunction look in (SavedFunction[])[model.Signatures["look_up"], model.Functions["look_up"][0]])
        {
            IReadOnlyDictionary<string, Tensor> found = look.Call(("words", Tensor.FromStrings(["green", "tea", "milk", "gold"])));
            Assert.Equal([1L, -1, -1, -1], found["index"].ToArray<long>());
            Assert.Equal([-1, 2.5, 1.25, -1], found["price"].ToDoubles());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Call_UnderATape_IsDifferentiatedThroughLoopsAndBranches(bool compile)
    {
        using TensorScope scope = new();
        using SavedModelBundle model = SavedModelBundle.Load(Data("tf_module"), new SavedModelOptions { Compile = compile });
        Tensor x = Tensor.From<double>(new double[,] { { 1, 2 }, { 3, -1 } }),
            target = Tensor.From<double>(new double[,] { { 0, 1 }, { 1, 0 } });
        Tensor v = Tensor.From<double>([0.5, -0.25]);
        var (weight, bias) =
            (model.Variables.Single(variable => variable.Name == "weight"), model.Variables.Single(variable => variable.Name == "bias"));
        using GradientTape tape = new(persistent: true);
        tape.Watch(v);
        Tensor loss = model.Signatures["loss"].Call(("x", x), ("target", target))["output_0"];
        Tensor branch = model.Signatures["branch"].Call(v)[0];
        AssertEqual("loss", loss);
        AssertEqual("loss_weight", tape.Gradient(loss, [weight])[0]);
        AssertEqual("loss_bias", tape.Gradient(loss, [bias])[0]);
        AssertEqual("branch_x", tape.Gradient(branch, [v])[0]);
        if (compile)
        {
            Assert.All((string[])["loss", "branch"], name => Assert.Null(model.Signatures[name].NotCompiledBecause));
            return;
        }

        // XLA needs to know the number of steps of a loop that is differentiated.
        Tensor loop = model.Signatures["loop"].Call(("x", v), ("steps", Tensor.Scalar(3)))["output_0"];
        Tensor scanned = model.Signatures["scanned"].Call(Tf.Stack(v, v * 2, v * 3))[0];
        AssertEqual("loop", loop);
        AssertEqual("loop_x", tape.Gradient(loop, [v])[0]);
        AssertEqual("loop_weight", tape.Gradient(loop, [weight])[0]);
        AssertEqual("scanned", scanned);
        AssertEqual("scanned_x", tape.Gradient(scanned, [v])[0]);
        AssertEqual("scanned_bias", tape.Gradient(scanned, [bias])[0]);
    }

    [Fact]
    public void Call_WithOptionCompile_RunsWithoutXlaWhatItCannotCompile()
    {
        using TensorScope scope = new();
        using SavedModelBundle model = SavedModelBundle.Load(Data("tf_module"), new SavedModelOptions { Compile = true });
        Assert.Equal([1L, -1], model.Signatures["look_up"].Call(Tensor.FromStrings(["green", "gold"]))[0].ToArray<long>());
        Assert.NotNull(model.Signatures["look_up"].NotCompiledBecause);
    }

    [Fact]
    public void Load_TensorFlow1_CallsItsSignatures()
    {
        using TensorScope scope = new();
        using SavedModelBundle model = SavedModelBundle.Load(Data("tf1"));
        Tensor x = Tensor.From<double>(new double[,] { { 1, 2 }, { -0.5, 0.25 } });
        Assert.Empty(model.Functions);
        Assert.Equal(["net/b", "net/w"], model.TrainableVariables.Select(v => v.Name).Order());
        AssertEqual("y", model.Signatures["predict"].Call(x)[0], "tf1");
        // Loops of TensorFlow 1 are circles of nodes, which run as they are.
        AssertEqual("power", model.Signatures["power"].Call(x)[0], "tf1");
        Assert.Equal([1L, -1], model.Signatures["look_up"].Call(Tensor.FromStrings(["one", "two"]))[0].ToArray<long>());
        using GradientTape tape = new(persistent: true);
        Tensor loss = model.Signatures["loss"].Call(x)[0];
        AssertEqual("loss", loss, "tf1");
        AssertEqual("loss_w", tape.Gradient(loss, [model.Variables.Single(v => v.Name == "net/w")])[0], "tf1");
        AssertEqual("loss_b", tape.Gradient(loss, [model.Variables.Single(v => v.Name == "net/b")])[0], "tf1");
    }

    [Theory]
    [InlineData("k2_objective", false)]
    [InlineData("k3_objective", true)]
    [Trait("Category", "Reference")]
    public void Call_ValueAndGradients_IsMinimized(string name, bool compile)
    {
        JsonElement reference = KerasReference.Read("objective", name, "objective.json");
        using TensorScope scope = new();
        using SavedModelBundle model =
            SavedModelBundle.Load(ReferenceRoot.PathOf("keras", "objective", name, "saved_model"),
            new SavedModelOptions { Compile = compile });
        SavedFunction valueAndGradients = model.Signatures["value_and_gradients"], getFlat = model.Signatures["get_flat"];
        KerasReference.AssertClose(reference.GetProperty("initial_flat"), getFlat.Call()[0], 1e-15);
        KerasReference.AssertClose(reference.GetProperty("serving").GetProperty("y"),
            model.Signatures["serving_default"].Call(KerasReference.ToTensor(reference.GetProperty("serving").GetProperty("x")))[0], 1e-13);
        foreach (JsonElement point in reference.GetProperty("points").EnumerateArray())
        {
            IReadOnlyDictionary<string, Tensor> found =
                valueAndGradients.Call(("flat", KerasReference.ToTensor(point.GetProperty("flat"))));
            Assert.Equal(point.GetProperty("loss").GetDouble(), found["loss"].ToDouble(), 1e-13);
            KerasReference.AssertClose(point.GetProperty("gradient"), found["gradient"], 1e-13);
        }

        using Tensor start = KerasReference.ToTensor(reference.GetProperty("initial_flat"));
        FunctionObjective objective = new(
            flat => valueAndGradients.Call(flat) is [var gradient, var loss] ? (loss, gradient) : default, start);
        using LbfgsMinimizer minimizer = new(objective, new LbfgsOptions { MaxIterations = 60 });
        LbfgsResult result = minimizer.Minimize();
        Assert.True(result.Loss < reference.GetProperty("lbfgs").GetProperty("runs").EnumerateArray().Last().GetProperty("objective_value")
            .GetDouble());
        model.Signatures["set_flat"].Call(result.Position);
        Assert.Equal(result.Position.ToDoubles(), getFlat.Call()[0].ToDoubles());
        Assert.Equal(
            result.Position.ToDoubles(), (double[])[.. model.TrainableVariables.SelectMany(variable => variable.Value.ToDoubles())]);
    }

    [Fact]
    public void Call_Signature_CopiesNothingToTheHost()
    {
        using TensorScope scope = new();
        using SavedModelBundle model = SavedModelBundle.Load(Data("tf_module"));
        Tensor x = Tensor.From<double>(new double[,] { { 1, 2 }, { 3, -1 } });
        model.Signatures["loss"].Call(x, x);
        NativeCounters before = NativeCounters.Now;
        model.Signatures["loss"].Call(x, x);
        NativeCounters spent = NativeCounters.Now.Since(before);
        Assert.Equal((1, 0, 0), (spent.FunctionCalls, spent.Reads, spent.Uploads));
    }

    [Fact]
    public void Call_OpThatReachesFiles_IsRefusedUnlessAllowed()
    {
        using TensorScope scope = new();
        using Tensor name = Tensor.FromStrings([Data("generate.py")], Shape.Scalar);
        using (SavedModelBundle model = SavedModelBundle.Load(Data("tf_module")))
            Assert.Contains("AllowHostAccess", Assert.Throws<TfLbfgsException>(() => model.Signatures["read"].Call(name)).Message,
                StringComparison.Ordinal);
        using SavedModelBundle trusted = SavedModelBundle.Load(Data("tf_module"), new SavedModelOptions { AllowHostAccess = true });
        Assert.StartsWith("\"\"\"Writes", trusted.Signatures["read"].Call(name)[0].ToStrings()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Call_WrongArguments_IsRefusedInOneSentence()
    {
        using TensorScope scope = new();
        SavedModelBundle model = SavedModelBundle.Load(Data("tf_module"));
        SavedFunction branch = model.Signatures["branch"];
        Tensor wrong = Tensor.From<float>([1, 2]), right = Tensor.From<double>([1, 2]);
        Assert.Contains("expected x: float64(2,), received", Assert.Throws<TfLbfgsException>(() => branch.Call(wrong)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "expected 1 arguments", Assert.Throws<TfLbfgsException>(() => branch.Call(right, right)).Message, StringComparison.Ordinal);
        Assert.Contains("received 'y'", Assert.Throws<TfLbfgsException>(() => branch.Call(("y", right))).Message, StringComparison.Ordinal);
        model.Dispose();
        model.Dispose();
        Assert.Contains("disposed", Assert.Throws<TfLbfgsException>(() => branch.Call(right)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TwiceTheSameModel_SharesNothing()
    {
        using TensorScope scope = new();
        using SavedModelBundle first = SavedModelBundle.Load(Data("tf_module")), second = SavedModelBundle.Load(Data("tf_module"));
        first.Signatures["count"].Call();
        Assert.Equal(1, second.Signatures["count"].Call()[0].ToScalar<long>());
    }

    internal static string Data(string name) => Path.Combine(Checkout.Root, "Tests", "SavedModels", "Data", name);

    private static void AssertEqual(string key, Tensor actual, string of = "tf_module") =>
        KerasReference.AssertClose(Expected.Value.GetProperty(of).GetProperty(key), actual, 1e-14);
}
