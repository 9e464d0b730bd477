// While one lives, numbers have a decimal comma and points between thousands. This holds for every stream of
// C++, and for the C library if the system has a German locale or localedef can make one.
#pragma once

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <locale>
#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

namespace support {

class CommaLocale {
  public:
    CommaLocale()
        : cpp_(std::locale::global({std::locale::classic(), new Commas})),
          c_(std::setlocale(LC_ALL, nullptr)) {
        const char* german = "de_DE.UTF-8";
        in_c_ = std::setlocale(LC_ALL, german) != nullptr;
        if (in_c_) return;
        std::filesystem::create_directories(made_);
        const std::string file = (made_ / german).string();
        if (std::system(("localedef -i de_DE -f UTF-8 " + file + " >/dev/null 2>&1").c_str()) == 0) {
            setenv("LOCPATH", made_.c_str(), 1);
            in_c_ = std::setlocale(LC_ALL, german) != nullptr;
        }
        if (!in_c_) MESSAGE("no German locale here: only the streams of C++ have commas");
    }
    ~CommaLocale() {
        std::setlocale(LC_ALL, c_.c_str());
        unsetenv("LOCPATH");
        std::locale::global(cpp_);
        std::filesystem::remove_all(made_);
    }
    CommaLocale(const CommaLocale&) = delete;
    CommaLocale& operator=(const CommaLocale&) = delete;

    bool in_c() const { return in_c_; }

  private:
    struct Commas : std::numpunct<char> {
        char do_decimal_point() const override { return ','; }
        char do_thousands_sep() const override { return '.'; }
        std::string do_grouping() const override { return "\3"; }
    };

    std::locale cpp_;
    std::string c_;
    std::filesystem::path made_ =
        std::filesystem::temp_directory_path() / ("autotm_locale_" + std::to_string(getpid()));
    bool in_c_ = false;
};

}  // namespace support
