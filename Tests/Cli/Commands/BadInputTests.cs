using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using Xunit;

namespace TfLbfgs.Tests.Cli.Commands;

/// <summary>Whatever is wrong: one line on stderr with what was expected and received, exit code 2, nothing written.</summary>
public class BadInputTests : CommandTestBase
{
    private const string Good = "a,b,y\n1,2,3\n2,5,7\n4,4,8\n";

    [Theory]
    [InlineData("", "an empty file")]
    [InlineData("a,b,y\n", "received none")]
    [InlineData("a,b,z\n1,2,3\n", "expected the target column 'y', received the columns 'a', 'b', 'z'")]
    [InlineData("a,b,y\n1,2,3\n1,two,3\n", "line 3, column 'b': expected a number, received 'two'")]
    [InlineData("a,b,y\n1,,3\n", "line 2, column 'b': expected a number, received an empty cell")]
    [InlineData("a,b,y\n1,2,nan\n", "line 2, column 'y'")]
    [InlineData("a,b,y\n1,2\n", "expected 3 cells")]
    [InlineData("a,y\n1,2\n", "expected 2 input columns")]
    [InlineData("a,b,y\n1\0,2,3\n", "received a zero byte after line 1")]
    [InlineData("a;b;y\n1,5;2;3\n", "received '1,5'. Write numbers with a decimal point")]
    public void Refine_WrongData_Refused(string content, string expected)
    {
        SampleModels.Save(Folder.At("m.h5"), 2);
        Refine(content).Refused(expected);
        Assert.Equal(["d.csv", "m.h5"], Files());
    }

    [Theory]
    [InlineData("'rmse'", "--loss", "rmse")]
    [InlineData("expected float64 or float32, received 'float16'", "--dtype", "float16")]
    [InlineData("--compute-dtype: expected float64 or float32, received 'half'", "--compute-dtype", "half")]
    [InlineData("--validation-split", "--validation-split", "1")]
    [InlineData("leaves at least one", "--validation-split", "0.1")]
    [InlineData("--validation-patience: expected --validation-split", "--validation-patience", "3")]
    [InlineData("--patience: expected an integer of at least 1, received '0'", "--patience", "0")]
    [InlineData("--max-seconds: expected a number above 0", "--max-seconds", "-1")]
    [InlineData("--csv: expected a file in a folder that exists", "--csv", "/none/run.csv")]
    [InlineData("--tensorboard: expected a folder", "--tensorboard", "")]
    [InlineData("--plot: expected a file that ends in .png or .svg", "--plot", "loss.jpg")]
    [InlineData("binary_crossentropy: expected 0 or 1", "--loss", "binary_crossentropy")]
    [InlineData("expected a model with an output per class", "--loss", "sparse_categorical_crossentropy")]
    public void Refine_WrongOptions_Refused(string expected, params string[] options)
    {
        SampleModels.Save(Folder.At("m.h5"), 2);
        Refine(Good, options).Refused(expected);
        Assert.Equal(["d.csv", "m.h5"], Files());
    }

    [Fact]
    public void Refine_LogOverTheData_Refused()
    {
        SampleModels.Save(Folder.At("m.h5"), 2);
        Refine(Good, "--csv", Folder.At("d.csv")).Refused("--csv", "d.csv", "of its own");
        Assert.Equal(Good, File.ReadAllText(Folder.At("d.csv")));
    }

    [Theory]
    [InlineData("none/o.h5", "no folder")]
    [InlineData("d.csv/o.h5", "no folder")]
    [InlineData("/proc/o.h5", "/proc")]
    [InlineData(".", "ends in .keras or .h5")]
    [InlineData("o.txt", "ends in .keras or .h5")]
    public void Refine_OutputNotWritable_RefusedBeforeAnyWork(string output, string expected)
    {
        SampleModels.Save(Folder.At("m.h5"), 2);
        CliRun run =
            CliProgram.Run("refine", Folder.At("m.h5"), "--data", Text("d.csv", Good), "--target", "y", "--output",
            Path.Combine(Folder.Path, output));
        run.Refused(expected);
        Assert.Equal("", run.Output);
        Assert.Equal(["d.csv", "m.h5"], Files());
    }

    [Fact]
    public void Refine_ModelThatIsNone_Refused()
    {
        Refine(Good).Refused("m.h5");
        Text("m.h5", "not HDF5");
        Refine(Good).Refused("m.h5");
        Assert.Equal(["d.csv", "m.h5"], Files());
    }

    [Fact]
    public void Refine_SeveralInputs_Refused()
    {
        KerasTensor a = KerasTensor.Input([1], dtype: DType.Float64, name: "a"),
            b = KerasTensor.Input([1], dtype: DType.Float64, name: "b");
        Dense dense = new(1);
        using (Model model = new([a, b], [dense.Apply(a), dense.Apply(b)]))
            model.Save(Folder.At("m.h5"));
        Refine(Good).Refused("one input and one output");
    }

    [Fact]
    public void Refine_NumbersTooLargeForFloat32_Refused()
    {
        SampleModels.Save(Folder.At("m.h5"), 2, dtype: DType.Float32);
        Refine("a,b,y\n1,1e300,3\n2,2,2\n").Refused("float32", "1E+300", "--dtype float64");
    }

    [Fact]
    public void Train_LayersThatNoMemoryHolds_Refused()
    {
        string data = Text("d.csv", Good);
        CliProgram.Run("train", "--data", data, "--target", "y", "--layers", "1048576,1048576", "--output", Folder.At("o.h5"))
            .Refused("--layers", "MiB of memory", "parameters");
        Assert.Equal(["d.csv"], Files());
    }

    [Fact]
    public void Refine_LossNotFinite_NothingSaved()
    {
        SampleModels.Save(Folder.At("m.h5"), 2);
        Refine("a,b,y\n1,2,1e200\n2,2,2\n").Refused("finite loss", "--standardize");
        Assert.Equal(["d.csv", "m.h5"], Files());
    }

    [Fact]
    public void Predict_OverItsData_Refused()
    {
        SampleModels.Save(Folder.At("m.h5"), 2);
        string data = Text("d.csv", "a,b\n1,2\n");
        CliProgram.Run("predict", Folder.At("m.h5"), "--data", data, "--output", data).Refused("of its own");
        CliProgram.Run("predict", Folder.At("m.h5"), "--data", Text("e.csv", "a,b\n1,x\n"), "--output", Folder.At("p.csv"))
            .Refused("line 2, column 'b'");
        Assert.Equal(["d.csv", "e.csv", "m.h5"], Files());
    }

    private CliRun Refine(string content, params string[] options) =>
        CliProgram.Run(
            ["refine", Folder.At("m.h5"), "--data", Text("d.csv", content), "--target", "y", "--output", Folder.At("o.h5"), .. options]);
}
